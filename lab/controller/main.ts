import { readNodeEnvironment } from "../api/environment.ts";
import { collectGarbage } from "../collect-garbage.ts";
import { LabError, messageOf } from "../errors.ts";
import { startController } from "./controller.ts";

/** A node is given two seconds to end; what is not done by then is left. */
const END_MS = 1800;

process.on("SIGTERM", end);
process.on("SIGINT", end);

const starting = startController(readNodeEnvironment(process.env));
starting.then((controller) => console.log(`controller on ${controller.url}`), fail);
// Its young generation is large: to go by that, an idle lab would collect all the time.
setInterval(collectGarbage({ every: 60, atRest: false }), 1000).unref();

/** Handled from the first moment: a program that is PID 1 of a container ignores signals that it does not handle. */
function end(): void {
  setTimeout(() => process.exit(0), END_MS).unref();
  starting
    .then((controller) => controller.close())
    .catch(() => {})
    .finally(() => process.exit(0));
}

function fail(error: unknown): void {
  if (!(error instanceof LabError)) throw error;
  console.error(error.hint === undefined ? messageOf(error) : `${error.message}\n  ${error.hint}`);
  process.exit(error.exitCode);
}
