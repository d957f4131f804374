import { parseArgs } from "node:util";
import type { RuntimeKind } from "../api/words.ts";
import { churn } from "./churn.ts";
import { crowd } from "./crowd.ts";
import { upDown } from "./up-down.ts";

const usage = `npm run soak -- [up-down|crowd|churn]… [--runtime process|docker] [--times N] [--peers N] [--minutes N]
up-down: a lab goes up and down --times (300) times. crowd: --peers (100) leechers complete. churn: --minutes (60) in
which leechers come and go in a lab of --peers (20).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runtime: { type: "string", default: "docker" },
    times: { type: "string", default: "300" },
    peers: { type: "string" },
    minutes: { type: "string", default: "60" },
    help: { type: "boolean", short: "h" },
  },
});
const runtime = values.runtime as RuntimeKind;
const [times, minutes] = [Number(values.times), Number(values.minutes)];
const peers = (usual: number) => Number(values.peers ?? usual);
const runs = {
  "up-down": () => upDown(runtime, times, console.log),
  crowd: () => crowd(runtime, peers(100), console.log),
  churn: () => churn({ runtime, peers: peers(20), minutes }, console.log),
};
const names = Object.keys(runs) as (keyof typeof runs)[];
const chosen = positionals.length === 0 ? names : names.filter((name) => positionals.includes(name));
const isWrong = !["process", "docker"].includes(runtime) || !(times > 0 && minutes > 0 && peers(1) > 0);
if (values.help || isWrong || chosen.length < new Set(positionals).size) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}
let failed = false;
for (const name of chosen) {
  console.log(`${name}, ${runtime} runtime`);
  const problems = await runs[name]();
  console.log(problems.length === 0 ? "flat" : problems.join("\n"));
  failed ||= problems.length > 0;
}
process.exit(failed ? 1 : 0);
