import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { labels, ofLab, ofNode } from "./labels.ts";

/** What an engine holds of a lab, found by label alone. */
export interface LabObjects {
  readonly containers: readonly Docker.ContainerInfo[];
  readonly networks: readonly Docker.NetworkInspectInfo[];
  readonly volumes: readonly Docker.VolumeInspectInfo[];
}

export async function labObjects(client: Docker, lab: string): Promise<LabObjects> {
  const filters = ofLab(lab);
  const [containers, networks, volumes] = await Promise.all([
    client.listContainers({ all: true, filters }),
    client.listNetworks({ filters }),
    client.listVolumes({ filters: JSON.stringify(filters) }),
  ]);
  return { containers, networks, volumes: volumes.Volumes ?? [] };
}

/** The container of a node. @throws LabError usage when the lab has no such node. */
export async function nodeContainer(client: Docker, lab: string, node: string): Promise<Docker.Container> {
  const [found] = await client.listContainers({ all: true, filters: ofNode(lab, node) });
  if (found) return client.getContainer(found.Id);
  const all = await client.listContainers({ all: true, filters: ofLab(lab) });
  const names = all.map(nodeOf).sort();
  throw new LabError("usage", `lab ${lab} has no node ${node}`, {
    hint: names.length ? `its nodes are ${names.join(", ")}` : `nothing of lab ${lab} is running`,
  });
}

export const nodeOf = (container: Docker.ContainerInfo): string => container.Labels[labels.node] ?? "";
