import type { NodeSettings } from "../api/node.ts";
import { messageOf } from "../errors.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, record } from "./lab.ts";

/** A frozen node answers when it runs on. */
const FROZEN_SECONDS = 86_400;

/**
 * Gives a node other settings. Nobody waits for one that is not there, or is frozen: the one gets them in its welcome,
 * the other finds them in its connection when it runs on, for it says no new hello then.
 * @returns what went wrong, if anything did.
 */
export async function changeSettings(lab: Lab, node: string, settings: NodeSettings): Promise<string | undefined> {
  const isRunning = lab.journal.model.nodes[node]?.state === "running";
  record(lab, node, { type: "settings", settings });
  const answer = lab.sessions
    .get(node)
    ?.ask({ type: "settings", settings }, isRunning ? undefined : FROZEN_SECONDS)
    .then(
      () => undefined,
      (error: unknown) => {
        const problem = messageOf(error);
        record(lab, CONTROLLER, { type: "command", command: "settings", detail: { node }, ok: false, error: problem });
        return `${node}: ${problem}`;
      },
    );
  return isRunning ? answer : undefined;
}
