import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, PATIENCE } from "../eventually.fixture.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, openScene, type Scene } from "./scene.ts";

const honest = `
seeders: [ { count: 1, up: 1MiB/s } ]
leechers: [ { count: 3, up: 1MiB/s } ]
`;
const poisoned = `
seeders: [ { count: 1, up: 1MiB/s }, { name: poisoner, count: 1, up: 1MiB/s, behaviour: poison } ]
leechers: [ { count: 3, up: 1MiB/s } ]
`;

describe.each(runtimesHere)("bad peers in the %s runtime", (runtime) => {
  test("S10: beside a poisoner everybody completes within three times as long, and it is banned by name", async () => {
    await using scene = await openScene(runtime, "cast");
    scene.source("film.bin", bytes(4 << 20, "film"));
    mkdirSync(join(scene.dir, "profiles"));
    writeFileSync(join(scene.dir, "profiles/honest.yaml"), honest);
    writeFileSync(join(scene.dir, "profiles/poisoned.yaml"), poisoned);

    const baseline = await timeOf(scene, runtime, "honest");
    await scene.ok("down", scene.name);
    expect(await timeOf(scene, runtime, "poisoned")).toBeLessThanOrEqual(3 * baseline + PATIENCE / 1000);

    const { nodes } = await scene.status();
    expect(nodes.map(({ name, behaviour }) => [name, behaviour])).toEqual(
      expect.arrayContaining([
        ["poisoner-1", "poison"],
        ["seeder-1", "honest"],
        ["tracker", null],
      ]),
    );
    const held = nodes.flatMap((node) => node.torrents.flatMap(({ corrupt }) => corrupt));
    expect(held.length).toBeGreaterThan(0);
    for (const one of held) expect(one).toMatchObject({ peer: "poisoner-1", banned: true });
    const events = (await scene.ok("events", "--no-follow", "--name", scene.name)).stdout;
    expect(events).toMatch(/leecher-\d banned poisoner-1 for [^:]+: it sent \d+ corrupt pieces? of film.bin/);
    expect(events).toMatch(/no longer connected to poisoner-1: banned for \d+ s: sent \d+ corrupt pieces?/);
    expect((await scene.ok("ps", "--name", scene.name)).stdout).toMatch(/poisoner-1 +seeder (☠|X) poison/);
    await scene.ok("verify", "--name", scene.name);

    await scene.ok("set", "poisoner-1", "--behaviour", "honest", "--name", scene.name);
    const behaviour = async () => (await scene.status()).nodes.find(({ name }) => name === "poisoner-1")?.behaviour;
    await expect.poll(behaviour).toBe("honest");
  });
});

/** Seconds from the release to the last completion. */
async function timeOf(scene: Scene, runtime: string, profile: string): Promise<number> {
  const until = ["--until", "complete", "--timeout", "120"];
  await scene.ok("up", "--name", scene.name, "--runtime", runtime, "--profile", profile, ...until);
  return eventually(async () => {
    const [swarm] = (await scene.status()).swarms;
    if (swarm?.completedAt == null || swarm.elapsed === null) throw new Error("not complete yet");
    return swarm.elapsed;
  });
}
