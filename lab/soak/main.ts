import { runtimeKind } from "../api/words.ts";
import { chosenOf, interruptible, numbersOf, readCommandLine } from "../script.ts";
import { churn } from "./churn.ts";
import { crowd } from "./crowd.ts";
import { upDown } from "./up-down.ts";

const usage = `npm run soak -- [up-down|crowd|churn]… [--runtime process|docker] [--times N] [--peers N] [--minutes N]
up-down: a lab goes up and down --times (300) times. crowd: --peers (100) leechers complete. churn: --minutes (60) in
which leechers come and go in a lab of --peers (20).`;

const { values, positionals } = readCommandLine(usage, {
  allowPositionals: true,
  options: {
    runtime: { type: "string", default: "docker" },
    times: { type: "string", default: "300" },
    peers: { type: "string" },
    minutes: { type: "string", default: "60" },
  },
});
const numbers = numbersOf(usage);
const [runtime = "docker"] = chosenOf(usage, [values.runtime], runtimeKind.options);
const times = numbers.count("times", values.times);
const minutes = numbers.positive("minutes", values.minutes);
const peers = values.peers === undefined ? undefined : numbers.count("peers", values.peers);
const runs = {
  "up-down": (signal: AbortSignal) => upDown(runtime, times, console.log, signal),
  crowd: (signal: AbortSignal) => crowd({ runtime, peers: peers ?? 100, mayBeRefused: true }, console.log, signal),
  churn: (signal: AbortSignal) => churn({ runtime, peers: peers ?? 20, minutes }, console.log, signal),
};
let failed = false;
for (const name of chosenOf(usage, positionals, Object.keys(runs) as (keyof typeof runs)[])) {
  console.log(`${name}, ${runtime} runtime`);
  const problems = await interruptible(runs[name]);
  console.log(problems.length === 0 ? "flat" : problems.join("\n"));
  failed ||= problems.length > 0;
}
process.exit(failed ? 1 : 0);
