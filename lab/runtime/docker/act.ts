import type Docker from "dockerode";
import { unreachable } from "../../errors.ts";
import type { NodeAction } from "../runtime.ts";
import { hasStatus } from "./client.ts";
import { ofNode } from "./labels.ts";
import { nodeContainer } from "./objects.ts";

/** Seconds that a node gets to say good-bye. */
export const STOP_GRACE = 2;

/** Does `action` to one node; what is so already is fine. @throws LabError usage when there is no such node. */
export async function actOn(client: Docker, lab: string, node: string, action: NodeAction): Promise<void> {
  const container = await nodeContainer(client, lab, node);
  try {
    await perform(container, action);
  } catch (error) {
    if (!(await isAlready(container, error, action))) throw error;
  }
  if (action === "remove") await removeDownloads(client, lab, node);
}

async function perform(container: Docker.Container, action: NodeAction): Promise<unknown> {
  switch (action) {
    case "start":
      return startAgain(container);
    case "stop":
      return container.stop({ t: STOP_GRACE });
    case "kill":
      return container.kill();
    case "pause":
      return container.pause();
    case "unpause":
      return container.unpause();
    case "remove":
      return container.remove({ force: true, v: true });
    default:
      return unreachable(action);
  }
}

/** An engine does not start what is paused. */
async function startAgain(container: Docker.Container): Promise<void> {
  const { State: state } = await container.inspect();
  await (state.Paused ? container.unpause() : container.start());
}

/** Whether the engine refused because there was nothing to do. */
async function isAlready(container: Docker.Container, error: unknown, action: NodeAction): Promise<boolean> {
  if (hasStatus(error, 304)) return true;
  if (!hasStatus(error, 409, 500)) return false;
  const { State: state } = await container.inspect();
  if (action === "kill") return !state.Running;
  if (action === "pause") return state.Paused;
  return action === "unpause" && state.Running && !state.Paused;
}

async function removeDownloads(client: Docker, lab: string, node: string): Promise<void> {
  const { Volumes: volumes } = await client.listVolumes({ filters: ofNode(lab, node) });
  await Promise.all((volumes ?? []).map(({ Name }) => client.getVolume(Name).remove()));
}
