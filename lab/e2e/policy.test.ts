import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
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
    using made = await watchMade(client, scene.name);
    await scene.ok("up", "-d", "--name", scene.name, ...flags);
    const found = await client.listContainers({ all: true, filters: ofLab(scene.name) });
    const nodes = await Promise.all(found.map(({ Id }) => client.getContainer(Id).inspect()));
    expect(nodes).toHaveLength(9);
    await expect
      .poll(async () => (await made.containers()).map(({ Id }) => Id))
      .toEqual(expect.arrayContaining(found.map(({ Id }) => Id)));
    const early = await made.containers();
    expect(early.filter(({ State }) => State.Status === "created").length).toBeGreaterThan(0);
    expect(early.some(({ Config }) => Config.Labels["lab.node"] === undefined)).toBe(true);
    for (const container of [...early, ...nodes]) expect(policyProblems(container)).toEqual([]);
    // The policy itself can tell: a plain container keeps to little of it.
    const plain = { ...(nodes[0] as Docker.ContainerInspectInfo), HostConfig: {}, Mounts: [] };
    expect(policyProblems(plain).length).toBeGreaterThan(7);
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});

/** Each container of a lab as it is right after the engine has made it; without those that are gone already. */
async function watchMade(client: Docker, lab: string) {
  const events = (await client.getEvents({
    filters: { ...ofLab(lab), type: ["container"], event: ["create"] },
  })) as Readable;
  const looks: Promise<Docker.ContainerInspectInfo | undefined>[] = [];
  const lines = createInterface({ input: events }).on("line", (line) => {
    looks.push(inspect(client, JSON.parse(line).Actor.ID));
  });
  return {
    containers: async () => (await Promise.all(looks)).filter((container) => container !== undefined),
    [Symbol.dispose]() {
      lines.close();
      events.destroy();
    },
  };
}

async function inspect(client: Docker, id: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await client.getContainer(id).inspect();
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
