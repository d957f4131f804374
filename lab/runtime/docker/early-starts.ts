import type Docker from "dockerode";
import type { RuntimeEvent, RuntimeOptions } from "../runtime.ts";
import { projectOf } from "./labels.ts";

/**
 * Starts a node's container when Compose says that it is made. Compose begins to start when it has made the last of them,
 * though an engine can do both at a time. What runs by then it leaves alone; what could not be started here it tries again,
 * and says why not.
 */
export function startEarly(
  client: Docker,
  lab: string,
  event: RuntimeEvent,
  progress: RuntimeOptions["progress"],
): void {
  const { phase, subject, done } = event;
  if (phase !== "create" || !done || isNoNode(subject)) return;
  const told = (done: boolean) => progress?.({ phase: "start", subject, done });
  told(false);
  client
    .getContainer(`${projectOf(lab)}-${subject}-1`)
    .start()
    .then(
      () => told(true),
      () => {},
    );
}

/** `network r1-swarm`, `volume r1-leecher-1`. */
const isNoNode = (subject: string) => subject.includes(" ");
