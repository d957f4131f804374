import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import type { Removed, RuntimeOptions } from "../runtime.ts";
import { STOP_GRACE } from "./act.ts";
import { atMost } from "./at-most.ts";
import { hasStatus } from "./client.ts";
import { engineMessage } from "./engine-error.ts";
import { type LabObjects, labObjects, nodeOf } from "./objects.ts";
import { othersLab, ourObjects } from "./owner.ts";

/** How often what resists is tried again, and after how many milliseconds. */
const ROUNDS = 12;
const BETWEEN_ROUNDS = 400;
/** Containers that are removed at a time: told to remove 150 at once, engine 20.10 lost count of its networks' endpoints. */
const AT_A_TIME = 16;

/**
 * Removes every object with the lab's label: containers first, then networks and volumes. It
 * goes on until a look finds nothing, so what an interrupted start still made is found as well. What resists to the end
 * is named in `left`. What another user started under the same name stays.
 */
export async function removeLab(client: Docker, lab: string, options: RuntimeOptions): Promise<Removed> {
  const seen = { nodes: new Set<string>(), networks: new Set<string>(), volumes: new Set<string>() };
  const all = await labObjects(client, lab);
  const others = othersLab(lab, all);
  let objects = ourObjects(all);
  let failures: string[] = [];
  for (let round = 0; round < ROUNDS && size(objects) > 0; round += 1) {
    options.signal?.throwIfAborted();
    if (failures.length > 0) await wait(BETWEEN_ROUNDS, undefined, options.signal ? { signal: options.signal } : {});
    remember(seen, objects);
    const unfinished = objects.containers.some(({ State }) => State === "created");
    failures = await removeObjects(client, objects, options);
    // An interrupted `up` may have one more container on its way.
    if (unfinished) await wait(BETWEEN_ROUNDS);
    objects = ourObjects(await labObjects(client, lab));
  }
  return {
    nodes: seen.nodes.size - objects.containers.length,
    networks: seen.networks.size - objects.networks.length,
    volumes: seen.volumes.size - objects.volumes.length,
    left: size(objects) > 0 ? failures : [],
    ...(others === undefined ? {} : { others }),
  };
}

const size = ({ containers, networks, volumes }: LabObjects) => containers.length + networks.length + volumes.length;

function remember(
  seen: { nodes: Set<string>; networks: Set<string>; volumes: Set<string> },
  objects: LabObjects,
): void {
  for (const { Id } of objects.containers) seen.nodes.add(Id);
  for (const { Id } of objects.networks) seen.networks.add(Id);
  for (const { Name } of objects.volumes) seen.volumes.add(Name);
}

/** One attempt at these objects. @returns what could not be removed, each with the reason. */
export async function removeObjects(client: Docker, objects: LabObjects, options: RuntimeOptions): Promise<string[]> {
  const { containers, networks, volumes } = objects;
  const nodes = await atMost(AT_A_TIME, containers, (info) =>
    attempt(`container ${info.Names[0]?.slice(1)}`, async () => {
      const subject = nodeOf(info);
      options.progress?.({ phase: "stop", subject, done: false });
      await stopAndRemove(client.getContainer(info.Id), info);
      options.progress?.({ phase: "remove", subject, done: true });
    }),
  );
  const rest = await Promise.all([
    ...networks.map(({ Id, Name }) =>
      attempt(`network ${Name}`, async () => {
        await removeNetwork(client.getNetwork(Id));
        options.progress?.({ phase: "remove", subject: `network ${Name}`, done: true });
      }),
    ),
    ...volumes.map(({ Name }) =>
      attempt(`volume ${Name}`, async () => {
        await client.getVolume(Name).remove();
        options.progress?.({ phase: "remove", subject: `volume ${Name}`, done: true });
      }),
    ),
  ]);
  return [...nodes, ...rest].flat();
}

/** A stop first: a peer takes leave of its tracker, the controller writes its journal to the end. */
async function stopAndRemove(container: Docker.Container, { State }: Docker.ContainerInfo): Promise<void> {
  if (State === "running") await container.stop({ t: STOP_GRACE }).catch(ignore(304, 404, 409, 500));
  await container.remove({ force: true, v: true });
}

/** Whoever else has joined the network is disconnected: nothing but that is done to them. */
async function removeNetwork(network: Docker.Network): Promise<void> {
  try {
    await network.remove();
  } catch (error) {
    if (!hasStatus(error, 403, 409, 500)) throw error;
    const { Containers: endpoints } = (await network.inspect()) as Docker.NetworkInspectInfo;
    const names = Object.entries(endpoints ?? {}).map(([id, { Name }]) => (id.startsWith("ep-") ? Name : id));
    await Promise.all(
      names.map((Container) => network.disconnect({ Container, Force: true }).catch(ignore(403, 404, 409, 500))),
    );
    await network.remove();
  }
}

const ignore =
  (...statuses: number[]) =>
  (error: unknown): void => {
    if (!hasStatus(error, ...statuses)) throw error;
  };

/** Gone already is as good as removed; a removal under way (409) is looked at again in the next round. */
async function attempt(what: string, remove: () => Promise<void>): Promise<string[]> {
  try {
    await remove();
    return [];
  } catch (error) {
    return hasStatus(error, 404) ? [] : [`${what}: ${engineMessage(error)}`];
  }
}
