import { readNodeEnvironment } from "../../api/environment.ts";
import type { NodeCommand } from "../../api/node.ts";
import { LabError } from "../../errors.ts";
import { type ControllerLink, connectToController } from "../link.ts";
import { type Program, runProgram } from "../program.ts";
import { sendSamples } from "../samples.ts";
import { CLIENT, startTracker, type Tracker } from "./tracker.ts";

runProgram(main);

/** Answers at once, whether or not there is a controller; without `LAB_CONTROLLER` it is a tracker on its own. */
async function main(program: Program): Promise<void> {
  const environment = readNodeEnvironment(process.env);
  const log = (line: string) => console.error(line);
  let link: ControllerLink | undefined;
  const alone = environment.controller === "";
  const tracker = await startTracker({
    host: environment.host,
    port: environment.port,
    log,
    ...(alone ? {} : { onFact: (fact) => link?.facts([fact]) }),
  });
  program.onEnd(() => tracker.close());
  log(`tracker on http://${environment.host}:${tracker.port}/announce and udp://${environment.host}:${tracker.port}`);
  if (alone) return;

  link = connectToController({
    environment,
    hello: { role: "tracker", client: CLIENT, port: tracker.port },
    onWelcome: ({ settings }) => apply(tracker, { type: "settings", settings }),
    onCommand: (command) => apply(tracker, command),
    onRefused: (reason) => program.fail(new LabError("failed", `the controller refused this tracker: ${reason}`)),
    log,
  });
  program.onEnd(() => link?.close());
  sendSamples(link);
}

/** Torrents, cuts and announces are the peers' matter; a tracker takes every torrent and holds no files. */
function apply(tracker: Tracker, command: NodeCommand): unknown {
  if (command.type === "settings" && "interval" in command.settings) tracker.setInterval(command.settings.interval);
  return command.type === "verify" ? [] : undefined;
}
