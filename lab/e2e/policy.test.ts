import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { connect, hasStatus } from "../runtime/docker/client.ts";
import { engineAtHand } from "../runtime/docker/engine-at-hand.ts";
import { ofLab } from "../runtime/docker/labels.ts";
import { policyProblems } from "../runtime/docker/policy.fixture.ts";
import { bytes, openScene } from "./scene.ts";

const engine = await engineAtHand();

/** A bit of everything that makes a container: two ways to keep downloads, a shaped link, a peer that shares. */
const PROFILE = `
seeders: [{ count: 1, up: 1MiB/s }]
leechers:
  - { count: 4, link: { rate: 1MiB/s } }
  - { name: helper, count: 1, storage: memory, seeds: ["*"] }
`;

describe.skipIf(!engine)("containers of a lab", () => {
  test("X01: keep to the policy from the moment they are made, helpers and the web UI's among them", async () => {
    const client = await connect(engine?.host ?? "");
    await using scene = await openScene("docker", "policy");
    scene.source("file.bin", bytes(1024 * 1024, "policy"));
    mkdirSync(join(scene.dir, "profiles"));
    writeFileSync(join(scene.dir, "profiles/all.yaml"), PROFILE);
    const flags = ["--runtime", "docker", "--profile", "all", "--profile", "debug"];
    let up: Promise<unknown> | undefined = scene.ok("up", "-d", "--name", scene.name, ...flags);
    up = up.finally(() => {
      up = undefined;
    });
    const early = new Map<string, Docker.ContainerInspectInfo>();
    while (up)
      for (const container of await inspectAll(client, scene.name))
        early.set(`${container.Id} ${container.State.Status}`, container);
    const nodes = await inspectAll(client, scene.name);
    expect(nodes).toHaveLength(9);
    expect([...early.values()].filter(({ State }) => State.Status === "created").length).toBeGreaterThan(0);
    expect([...early.values()].some(({ Config }) => Config.Labels["lab.node"] === undefined)).toBe(true);
    for (const container of [...early.values(), ...nodes]) expect(policyProblems(container)).toEqual([]);
    // The policy itself can tell: a plain container keeps to little of it.
    const plain = { ...(nodes[0] as Docker.ContainerInspectInfo), HostConfig: {}, Mounts: [] };
    expect(policyProblems(plain).length).toBeGreaterThan(7);
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});

/** Without those that are gone before they can be looked at. */
async function inspectAll(client: Docker, lab: string): Promise<Docker.ContainerInspectInfo[]> {
  const found = await client.listContainers({ all: true, filters: ofLab(lab) });
  const inspected = await Promise.all(
    found.map(({ Id }) =>
      client
        .getContainer(Id)
        .inspect()
        .catch((error: unknown) => {
          if (hasStatus(error, 404)) return undefined;
          throw error;
        }),
    ),
  );
  return inspected.filter((container) => container !== undefined);
}
