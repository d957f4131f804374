import type { ApiClient } from "../../api/client.ts";
import type { NodeState } from "../../api/words.ts";
import { LabError } from "../../errors.ts";
import type { NodeAction } from "../../runtime/runtime.ts";
import { clientOf, type FoundLab, findLab } from "../find-lab.ts";
import type { Verb } from "../node-actions.ts";
import { tell, type World } from "../world.ts";

const steps: Record<Verb, readonly NodeAction[]> = {
  stop: ["stop"],
  start: ["start"],
  restart: ["stop", "start"],
  kill: ["kill"],
  pause: ["pause"],
  unpause: ["unpause"],
};

/** The state the controller is told of; a started node says hello by itself. */
const states: Record<NodeAction, NodeState | undefined> = {
  stop: "stopped",
  start: "starting",
  kill: "failed",
  pause: "paused",
  unpause: "running",
  remove: undefined,
};

/** `lab stop|start|restart|kill|pause|unpause NODE…`: all names are checked before the first node is touched. */
export async function actOnNodes(
  world: World,
  verb: Verb,
  names: readonly string[],
  lab: string | undefined,
): Promise<void> {
  const found = await findLab(world, lab);
  await checkNames(found, names);
  const client = clientOf(found);
  for (const node of names) {
    for (const action of steps[verb]) await act(found, client, node, action);
    tell(world, `${node}: ${verb} done`);
  }
}

async function act(lab: FoundLab, client: ApiClient, node: string, action: NodeAction): Promise<void> {
  const state = states[action];
  // Told beforehand, so that the controller does not take the silence for a crash; the controller itself cannot be told.
  if (state && node !== "controller")
    await client.command({ type: "node", node, state, ...(action === "kill" ? { error: "killed" } : {}) });
  await lab.runtime.act(lab.name, node, action);
}

async function checkNames(lab: FoundLab, names: readonly string[]): Promise<void> {
  const known = (await lab.runtime.nodes(lab.name)).map((node) => node.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new LabError("usage", `the lab "${lab.name}" has no node "${name}"`, { hint: `Nodes: ${known.join(", ")}.` });
  }
}
