import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabStatus } from "../api/status.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, type Scene } from "./scene.ts";

const MIB = 1024 * 1024;
/** As large as they are made for 8 MiB. */
const PIECE = (8 * MIB) / 256;
/** Seconds in which a lab has to say what is wrong with it. */
const SOON = 30;

/** One lab a runtime: each test goes on where the one before ended, in the middle of one slow download. */
describe.each(runtimesHere)("what is wrong is said as it is, in the %s runtime", { timeout: 120_000 }, (runtime) => {
  let scene: Scene;
  const content = bytes(8 * MIB, "truth");
  const source = () => join(scene.dir, "sources/film.bin");

  beforeAll(async () => {
    scene = await openScene(runtime, "truth");
    scene.source("film.bin", content);
    mkdirSync(join(scene.dir, "profiles"));
    const groups = "seeders: [{ up: 64KiB/s }]\nleechers: [{ count: 2, up: 2MiB/s }]";
    writeFileSync(join(scene.dir, "profiles/slow.yaml"), `tracker: { interval: 2s }\n${groups}\n`);
    await scene.ok("up", "-d", "--profile", "slow", "--runtime", runtime, "--name", scene.name);
    await scene.ok("wait", "--until", "progress=2%", "--timeout", "60", "--name", scene.name);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const named = () => ["--name", scene.name];
  const seederIs = (state: string) => (status: LabStatus) => seederOf(status)?.torrents[0]?.state === state;

  test("S09, T12: bytes that change in a source are noticed and named; nobody completes anything wrong", async () => {
    const wrong = Buffer.from(content);
    for (const piece of [40, 41, 250]) wrong.fill("wrong", piece * PIECE, piece * PIECE + 5);
    writeFileSync(source(), wrong);
    const status = await reach(scene, seederIs("error"));
    const [shared] = seederOf(status)?.torrents ?? [];
    expect(shared?.error).toMatch(
      /^source changed since its torrent was made: run lab retorrent: film\.bin \(pieces? /,
    );
    expect(leechersOf(status).map(({ progress }) => progress < 1)).toEqual([true, true]);
    const verified = await scene.lab("verify", "--json", ...named());
    expect(verified.code).toBe(4);
    expect(verified.stdout).not.toContain('"identical"');
    writeFileSync(source(), content);
    await reach(scene, seederIs("seeding"));
  });

  test("T13: a source that is gone is an error of its seeder, which lives and shares it when it is back", async () => {
    renameSync(source(), join(scene.dir, "away"));
    const status = await reach(scene, seederIs("error"));
    expect(seederOf(status)?.torrents[0]?.error).toContain("film.bin is missing");
    expect(seederOf(status)?.state).toBe("running");
    renameSync(join(scene.dir, "away"), source());
    await reach(scene, seederIs("seeding"));
  });

  test.runIf(runtime === "docker")(
    "L19: a container that somebody removed is shown as gone, and up makes it anew",
    async () => {
      const ofNode = ["--filter", `label=lab.name=${scene.name}`, "--filter", "label=lab.node=leecher-2"];
      await docker("rm", "--force", await docker("ps", "-q", ...ofNode));
      const isGone = ({ lab, nodes }: LabStatus) =>
        lab.state === "degraded" && nodes.find(({ name }) => name === "leecher-2")?.state === "failed";
      await reach(scene, isGone, 5);
      const start = await scene.lab("start", "leecher-2", ...named());
      expect(start).toMatchObject({ code: 2, stderr: expect.stringContaining("somebody removed it") });
      const up = await scene.ok("up", "-d", "--wait", "--profile", "slow", ...named());
      expect(up.stderr).toContain("~ leecher-2: gone → running");
      expect((await scene.status()).nodes.find(({ name }) => name === "leecher-2")?.state).toBe("running");
    },
  );

  test("S07: without anybody who has some pieces the lab is stalled and says which, until the seeder is back", async () => {
    await scene.ok("stop", "seeder-1", ...named());
    const status = await reach(scene, ({ lab }) => lab.state === "stalled");
    const [swarm] = status.swarms;
    expect(swarm?.stalled).toMatch(/^nobody has pieces? \d/);
    expect(swarm?.distributedCopies).toBeLessThan(1);
    expect(leechersOf(status).map(({ progress }) => progress < 1)).toEqual([true, true]);
    await scene.ok("start", "seeder-1", ...named());
    await reach(scene, ({ lab, swarms }) => lab.state === "running" && swarms[0]?.stalled === null);
  });

  test("S08: a seeder that leaves when there is another full copy is not needed any more", async () => {
    await scene.ok("set", "seeder-1", "--up", "3MiB/s", ...named());
    const isSpread = ({ swarms }: LabStatus) => (swarms[0]?.availability ?? []).every((holders) => holders >= 2);
    await reach(scene, isSpread);
    await scene.ok("kill", "seeder-1", ...named());
    await reach(scene, (status) => leechersOf(status).every(({ progress }) => progress === 1));
    expect((await scene.ok("verify", ...named())).stdout).toContain("every leecher holds byte-identical files");
    expect(readFileSync(source()).equals(content)).toBe(true);
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});

const seederOf = ({ nodes }: LabStatus) => nodes.find(({ role }) => role === "seeder");
const leechersOf = ({ nodes }: LabStatus) =>
  nodes.filter(({ role }) => role === "leecher").flatMap(({ torrents }) => torrents);

/** Asks again and again until it is so. */
async function reach(scene: Scene, isSo: (status: LabStatus) => boolean, seconds = SOON): Promise<LabStatus> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const asked = performance.now();
    const status = await scene.status();
    if (isSo(status)) return status;
    if (asked > deadline) throw new Error(`not so after ${seconds} s: ${isSo}\n${JSON.stringify(status)}`);
  }
}
