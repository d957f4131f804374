import { readNodeEnvironment } from "../api/environment.ts";
import { exitCodes, LabError } from "../errors.ts";
import { formatBytes, formatDuration, printable } from "../units.ts";
import { prepareRun } from "./prepare-run.ts";
import type { CreateProgress } from "./progress.ts";

/** The one-shot service `torrents` of compose.yaml; the other services wait for it to end well. */
const stop = new AbortController();
const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated };
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    process.exitCode = codes[name];
    stop.abort(new LabError("interrupted", `stopped by ${name}`));
  });
}

const say = (line: string) => console.error(printable(line));

try {
  const environment = readNodeEnvironment(process.env);
  const plan = await prepareRun(environment, { signal: stop.signal, say, progress: everySecond(report) });
  for (const { name, infoHash, length, pieceCount } of plan.torrents)
    say(`${name}: ${formatBytes(length)} in ${pieceCount} pieces, info-hash ${infoHash}`);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.exitCode ??= error.exitCode;
  say(`error: ${error.message}`);
  if (error.hint) say(`hint: ${error.hint}`);
}

function report({ entry, done, total, secondsLeft }: CreateProgress): void {
  say(`hashing ${entry}: ${formatBytes(done)} of ${formatBytes(total)}, ${formatDuration(secondsLeft)} left`);
}

/** Logs are no place for ten lines a second. */
function everySecond(tell: (progress: CreateProgress) => void): (progress: CreateProgress) => void {
  let next = performance.now() + 1000;
  return (progress) => {
    if (performance.now() < next) return;
    next = performance.now() + 1000;
    tell(progress);
  };
}
