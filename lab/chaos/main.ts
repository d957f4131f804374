import { runtimeKind } from "../api/words.ts";
import { chosenOf, interruptible, numbersOf, readCommandLine } from "../script.ts";
import { storm } from "./storm.ts";

const usage = "npm run chaos -- [--runtime process|docker] [--minutes N] [--seed S]";
const { values } = readCommandLine(usage, {
  options: {
    runtime: { type: "string", default: "process" },
    minutes: { type: "string", default: "30" },
    seed: { type: "string" },
  },
});
const numbers = numbersOf(usage);
const [runtime = "process"] = chosenOf(usage, [values.runtime], runtimeKind.options);
const minutes = numbers.positive("minutes", values.minutes);
const seed = numbers.seed(values.seed);
console.log(`runtime ${runtime}, ${minutes} min, seed ${seed}`);
const report = await interruptible((signal) =>
  storm({ runtime, seconds: 60 * minutes, seed, log: console.log, signal }),
);
console.log(JSON.stringify(report, null, 2));
process.exit(report.violations.length + report.unseen.length === 0 ? 0 : 1);
