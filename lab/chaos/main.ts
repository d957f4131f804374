import { parseArgs } from "node:util";
import type { RuntimeKind } from "../api/words.ts";
import { storm } from "./storm.ts";

const usage = "npm run chaos -- [--runtime process|docker] [--minutes N] [--seed S]";
const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "process" },
    minutes: { type: "string", default: "30" },
    seed: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed ?? Date.now() % 2 ** 32)];
if (values.help || !isRuntime(values.runtime) || !(minutes > 0) || !Number.isInteger(seed)) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}
console.log(`runtime ${values.runtime}, ${minutes} min, seed ${seed}`);
const report = await storm({ runtime: values.runtime, seconds: 60 * minutes, seed, log: console.log });
console.log(JSON.stringify(report, null, 2));
process.exit(report.violations.length + report.unseen.length === 0 ? 0 : 1);

function isRuntime(text: string): text is RuntimeKind {
  return text === "process" || text === "docker";
}
