import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../../api/client.ts";
import type { NodeState } from "../../api/words.ts";
import { LabError } from "../../errors.ts";
import type { NodeAction } from "../../runtime/runtime.ts";
import { printable } from "../../units.ts";
import { KILLED, lastWords } from "../carry-out.ts";
import { clientOf, type FoundLab, findLab } from "../find-lab.ts";
import { typed } from "../lab-name.ts";
import type { Verb } from "../node-actions.ts";
import { tell, type World } from "../world.ts";

/** What a verb does to a node in each state of its process: actions, nothing to do, or what is to be done first. */
type Steps = readonly NodeAction[] | { readonly already: string } | { readonly first: Verb };

const { stop, start } = { stop: ["stop"], start: ["start"] } as const satisfies Record<string, readonly NodeAction[]>;
const down = (state: NodeState) => state === "stopped" || state === "failed" || state === "created";
const startFirst = { first: "start" } as const;

const steps: Record<Verb, (state: NodeState) => Steps> = {
  stop: (state) => (down(state) ? { already: "does not run" } : stop),
  start: (state) => (state === "paused" ? ["unpause"] : down(state) ? start : { already: "runs already" }),
  restart: (state) => (down(state) ? start : ["stop", "start"]),
  kill: (state) => (down(state) ? startFirst : ["kill"]),
  pause: (state) => (down(state) ? startFirst : state === "paused" ? { already: "is paused already" } : ["pause"]),
  unpause: (state) => (down(state) ? startFirst : state === "paused" ? ["unpause"] : { already: "is not paused" }),
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

/**
 * `lab stop|start|restart|kill|pause|unpause NODE…`: all names and states are checked before the first node is touched.
 * A started node has said hello when this returns.
 */
export async function actOnNodes(
  world: World,
  verb: Verb,
  names: readonly string[],
  lab: string | undefined,
): Promise<void> {
  const found = await findLab(world, lab);
  const client = clientOf(found);
  for (const { node, todo } of await plannedSteps(world, found, verb, names)) {
    if ("already" in todo) {
      tell(world, `${node} ${todo.already}`);
      continue;
    }
    for (const action of todo) await act(world, found, client, node, action);
    tell(world, `${node}: ${verb} done`);
  }
}

async function plannedSteps(world: World, lab: FoundLab, verb: Verb, names: readonly string[]) {
  const known = new Map((await lab.runtime.nodes(lab.name)).map((node) => [node.name, node.state]));
  return [...new Set(names)].map((node) => {
    const state = known.get(node);
    if (state === undefined) throw notThere(lab, node, [...known.keys()]);
    const todo = steps[verb](state);
    if ("first" in todo)
      throw new LabError("usage", `cannot ${verb} ${node}: it is ${state}`, {
        hint: `\`${typed(world, lab.name, `${todo.first} ${node}`)}\` first.`,
      });
    return { node, todo };
  });
}

/** One that the plan has was removed behind our back: only `up` makes it anew. */
function notThere({ name, plan }: FoundLab, node: string, known: readonly string[]): LabError {
  if (plan?.nodes.some((planned) => planned.name === node))
    return new LabError("usage", `${node} of the lab "${name}" is gone: somebody removed it`, {
      hint: "`lab up` with the same flags brings it back.",
    });
  return new LabError("usage", `the lab "${name}" has no node "${printable(node)}"`, {
    hint: `Nodes: ${known.join(", ")}.`,
  });
}

async function act(world: World, lab: FoundLab, client: ApiClient, node: string, action: NodeAction): Promise<void> {
  const state = states[action];
  // Told beforehand, so that the controller does not take the silence for a crash; the controller itself cannot be told.
  const isTold = state !== undefined && node !== "controller";
  if (isTold) await client.command({ type: "node", node, state, ...(action === "kill" ? { error: KILLED } : {}) });
  try {
    await lab.runtime.act(lab.name, node, action);
  } catch (error) {
    if (isTold) await tellTruth(lab, client, node);
    throw error;
  }
  if (action === "start") await awaitHello(world, lab, client, node);
}

/** What was told did not come to pass. */
async function tellTruth(lab: FoundLab, client: ApiClient, node: string): Promise<void> {
  const nodes = await lab.runtime.nodes(lab.name).catch(() => []);
  const state = nodes.find(({ name }) => name === node)?.state;
  if (state) await client.command({ type: "node", node, state }).catch(() => {});
}

const HELLO_SECONDS = 20;

/** @throws LabError node when it ends before it says hello, or says nothing. */
async function awaitHello(world: World, lab: FoundLab, client: ApiClient, node: string): Promise<void> {
  const logs = typed(world, lab.name, `logs ${node}`);
  const deadline = performance.now() + HELLO_SECONDS * 1000;
  while (performance.now() < deadline) {
    const { nodes } = await client.status().catch(() => ({ nodes: [] }));
    if (nodes.find(({ name }) => name === node)?.state === "running") return;
    const process = (await lab.runtime.nodes(lab.name)).find(({ name }) => name === node);
    if (process?.state === "failed" || process?.state === "stopped") {
      const error = await lastWords(lab.runtime, lab.name, node);
      if (node !== "controller") await client.command({ type: "node", node, state: "failed", error }).catch(() => {});
      throw new LabError("node", `${node} ended at once: ${error}`, {
        hint: `\`${logs}\` shows all it said.`,
      });
    }
    await delay(100);
  }
  throw new LabError("node", `${node} was started but has not said hello within ${HELLO_SECONDS} s`, {
    hint: `\`${logs}\` shows what it says.`,
  });
}
