import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { chosenOf, interruptible, misused, numbersOf, readCommandLine } from "../script.ts";
import { runTarget } from "./run-target.ts";
import type { Finding, Target } from "./target.ts";
import { targets } from "./targets.ts";

const usage = `npm run fuzz -- [TARGET…] [--seconds N] [--seed S] [--input FILE]
Targets: ${targets.map(({ name }) => name).join(", ")}.`;

const { values, positionals } = readCommandLine(usage, {
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    input: { type: "string" },
  },
});
const numbers = numbersOf(usage);
const seconds = numbers.positive("seconds", values.seconds);
const seed = numbers.seed(values.seed);
const names = targets.map(({ name }) => name);
const chosen = chosenOf(usage, positionals, names);
const only = values.input === undefined ? undefined : [readInput(values.input)];
console.log(`seed ${seed}, ${seconds} s a target`);
let findings = 0;
for (const target of targets.filter(({ name }) => chosen.includes(name)))
  findings += await interruptible((signal) => explored(target, signal));
process.exit(findings === 0 ? 0 : 1);

async function explored(target: Target, signal: AbortSignal): Promise<number> {
  const { inputs, outcomes, finding } = await runTarget(target, { seed, seconds, signal, ...(only && { only }) });
  const verdict = finding ? "BROKEN" : "holds";
  console.log(`${target.name.padEnd(15)} ${verdict}  ${inputs} inputs, ${outcomes} kinds of outcome`);
  if (!finding) return 0;
  console.log(`${finding.problem}\n  again: npm run fuzz -- ${target.name} --input ${kept(finding)}`);
  return 1;
}

function readInput(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return misused(usage, `--input: ${messageOf(error)}`);
  }
}

/** Writes the input down. @returns its file. */
function kept({ target, input }: Finding): string {
  const name = createHash("sha1").update(input).digest("hex").slice(0, 12);
  const file = join(".build", "fuzz", target, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, input);
  return file;
}
