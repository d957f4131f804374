import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runTarget } from "./run-target.ts";
import type { Finding, Target } from "./target.ts";
import { targets } from "./targets.ts";

const usage = `npm run fuzz -- [TARGET…] [--seconds N] [--seed S] [--input FILE]
Targets: ${targets.map(({ name }) => name).join(", ")}.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    input: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const seconds = Number(values.seconds);
const chosen = positionals.length === 0 ? targets : targets.filter(({ name }) => positionals.includes(name));
if (values.help || chosen.length < new Set(positionals).size || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}
const only = values.input === undefined ? undefined : [readFileSync(values.input)];
console.log(`seed ${seed}, ${seconds} s a target`);
let findings = 0;
for (const target of chosen) findings += await explored(target);
process.exit(findings === 0 ? 0 : 1);

async function explored(target: Target): Promise<number> {
  const { inputs, outcomes, finding } = await runTarget(target, { seed, seconds, ...(only && { only }) });
  const verdict = finding ? "BROKEN" : "holds";
  console.log(`${target.name.padEnd(15)} ${verdict}  ${inputs} inputs, ${outcomes} kinds of outcome`);
  if (!finding) return 0;
  console.log(`${finding.problem}\n  again: npm run fuzz -- ${target.name} --input ${kept(finding)}`);
  return 1;
}

/** Writes the input down. @returns its file. */
function kept({ target, input }: Finding): string {
  const name = createHash("sha1").update(input).digest("hex").slice(0, 12);
  const file = join(".build", "fuzz", target, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, input);
  return file;
}
