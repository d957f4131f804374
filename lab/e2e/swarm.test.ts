import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type LabStatus, labStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, readTree, run } from "./scene.ts";

/** The sample's two torrents on a seeder and three leechers, everything everywhere. */
function expectCompleteLab(status: LabStatus, name: string, runtime: RuntimeKind): void {
  expect(status.lab).toMatchObject({ name, runtime, state: "complete", profile: "quick" });
  expect(status.tracker).toMatchObject({ complete: 8, incomplete: 0 });
  expect(status.torrents.map((torrent) => torrent.name)).toEqual(["sample folder", "sample.bin"]);
  for (const swarm of status.swarms)
    expect(swarm).toMatchObject({ complete: 4, incomplete: 0, distributedCopies: 4, stalled: null });
  const leechers = status.nodes.filter(({ role }) => role === "leecher");
  expect(leechers).toHaveLength(3);
  const parts = leechers.flatMap(({ torrents }) => torrents);
  for (const torrent of parts) expect(torrent).toMatchObject({ state: "seeding", progress: 1, left: 0, error: null });
  const downloaded = parts.reduce((all, torrent) => all + torrent.downloaded, 0);
  expect(downloaded).toBeGreaterThanOrEqual(3 * status.torrents.reduce((all, { length }) => all + length, 0));
}

const MIB = 1024 * 1024;

describe.each(runtimesHere)("a swarm in the %s runtime", (runtime) => {
  const up = (name: string) => ["up", "--name", name, "--runtime", runtime, "--until", "complete", "--timeout", "150"];

  test("moves a sample of its own making to every leecher, tells the truth, and leaves nothing", async () => {
    await using scene = await openScene(runtime, "sample");
    const outcome = await scene.ok(...up(scene.name), "--profile", "quick");
    expect(outcome.stderr).toContain("made a sample");

    // Pieces are told at once, announces and counters within a second or two: the picture is true within five.
    await vi.waitFor(async () => expectCompleteLab(await scene.status(), scene.name, runtime), {
      timeout: 5000,
      interval: 200,
    });

    const verified = await scene.ok("verify", "--name", scene.name);
    expect(verified.stdout).toContain("every leecher holds byte-identical files");
    expect((await scene.ok("ps", "--name", scene.name)).stdout).toContain("leecher-3");
    expect((await scene.ok("ls")).stdout).toContain(scene.name);
    expect((await scene.ok("logs", "--name", scene.name, "--tail", "1")).code).toBe(0);
    const events = (await scene.ok("events", "--json", "--no-follow", "--name", scene.name)).stdout.trim().split("\n");
    expect(events.map((line) => JSON.parse(line).type)).toEqual(
      expect.arrayContaining(["run", "release", "have", "announce", "sample"]),
    );

    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
    expect(existsSync(join(scene.dir, ".lab", scene.name, "torrents"))).toBe(true);
    expect((await scene.lab("status", "--name", scene.name)).code).toBe(1);
  });

  test("T02, T03: keeps names, empty files and bytes of a folder of 200 files", async () => {
    await using scene = await openScene(runtime, "names");
    const folder = "a folder – ﬁné ж 😀";
    const names = [
      "a*b.txt",
      "a:b?.txt",
      "-rf",
      "$HOME",
      "$(touch P)",
      "quo\"te's",
      "back\\slash",
      "new\nline",
      ".hidden",
      "e\u0301",
      "é",
      "deep/er/and/deeper/x",
    ];
    for (const name of names) scene.source(`${folder}/${name}`, bytes(3000, name));
    for (let i = 0; i < 180; i += 1) scene.source(`${folder}/many/file ${i}.bin`, bytes(1 + i * 97, `file ${i}`));
    for (let i = 0; i < 8; i += 1) scene.source(`${folder}/empty/${i}`, "");
    await scene.ok(...up(scene.name), "--profile", "quick", "--leechers", "2");
    const verified = JSON.parse((await scene.ok("verify", "--json", "--name", scene.name)).stdout);
    expect(verified.verdicts).toEqual(
      [1, 2].map((i) => ({ node: `leecher-${i}`, torrent: folder, verdict: "identical", detail: "200 files" })),
    );
    const source = readTree(join(scene.dir, "sources"));
    const [infoHash = ""] = (await scene.status()).torrents.map((torrent) => torrent.infoHash);
    if (runtime === "docker") {
      const file = `${folder}/deep/er/and/deeper/x`;
      const expected = createHash("sha256")
        .update(source.get(file) ?? "")
        .digest("hex");
      const ofNode = ["--filter", `label=lab.name=${scene.name}`, "--filter", "label=lab.node=leecher-1"];
      const told = await docker("exec", await docker("ps", "-q", ...ofNode), "sha256sum", `/data/${infoHash}/${file}`);
      expect(told.split(" ")[0]).toBe(expected);
      return;
    }
    const data = join(scene.dir, ".lab", scene.name, "data", "leecher-1");
    expect(readTree(join(data, infoHash))).toEqual(source);
  });

  test("leechers that leave as soon as they are complete are waited for, and what they have is verified", async () => {
    await using scene = await openScene(runtime, "leave");
    const { name } = scene;
    scene.source("file.bin", bytes(2 * MIB, "leave"));
    mkdirSync(join(scene.dir, "profiles"));
    const leechers = "leechers: [{ count: 3, leave: { after: complete, linger: 0s } }]";
    writeFileSync(join(scene.dir, "profiles/leave.yaml"), `seeders: [{ count: 1 }]\n${leechers}\n`);
    await scene.ok(...up(name), "--profile", "leave");
    await vi.waitFor(async () => {
      const parts = (await scene.status()).nodes.flatMap(({ torrents }) => torrents);
      expect(parts.map(({ state }) => state)).toEqual(["seeding", "retired", "retired", "retired"]);
    }, 10_000);
    await scene.ok("wait", "--timeout", "10", "--name", name);
    expect((await scene.ok("verify", "--name", name)).stdout).toContain("every leecher holds byte-identical files");
  });

  test("moves a file of one byte", async () => {
    await using scene = await openScene(runtime, "byte");
    scene.source("byte", "x");
    await scene.ok(...up(scene.name), "--profile", "quick", "--leechers", "2");
    await scene.ok("verify", "--name", scene.name);
  });

  test("moves 64 MiB with the default profile's limits and measures the efficiency", async () => {
    await using scene = await openScene(runtime, "default");
    scene.source("big.bin", bytes(64 * MIB, "big"));
    await scene.ok(...up(scene.name));
    const [swarm] = (await scene.status()).swarms;
    // 1 seeder at 2 MiB/s and 5 leechers at 1 MiB/s move 5 × 64 MiB in 45.7 s at the best.
    expect(swarm?.bound).toBeCloseTo((5 * 64) / 7, 1);
    expect(swarm?.efficiency).toBeGreaterThan(0.1);
    expect(swarm?.efficiency).toBeLessThanOrEqual(1);
    await scene.ok("verify", "--name", scene.name);
  });

  test("L11: two labs run side by side; one goes down, the other goes on", async () => {
    await using one = await openScene(runtime, "one");
    await using two = await openScene(runtime, "two");
    for (const scene of [one, two]) {
      scene.source("file.bin", bytes(4 * MIB, scene.name));
      await scene.ok("up", "-d", "--name", scene.name, "--runtime", runtime, "--leechers", "2");
    }
    await one.ok("down", one.name);
    expect(await one.leftovers()).toEqual([]);
    await two.ok("wait", "--timeout", "60", "--name", two.name);
    await two.ok("verify", "--name", two.name);
  });
});

test("up --until --json has the status alone on stdout", async () => {
  await using scene = await openScene("process", "json");
  scene.source("byte", "x");
  const flags = ["--runtime", "process", "--profile", "quick", "--leechers", "1", "--name", scene.name];
  const { stdout } = await scene.ok("up", "--until", "complete", "--timeout", "60", "--json", ...flags);
  expect(labStatus.parse(JSON.parse(stdout)).lab.state).toBe("complete");
});

test("down -v from another folder leaves that folder's lab of the same name alone", async () => {
  await using scene = await openScene("process", "elsewhere");
  await using other = await openScene("process", "other");
  scene.source("byte", "x");
  await scene.ok(
    "up",
    "-d",
    "--wait",
    "--timeout",
    "60",
    "--name",
    scene.name,
    "--runtime",
    "process",
    "--leechers",
    "1",
  );
  const kept = join(other.dir, ".lab", scene.name, "torrents");
  mkdirSync(kept, { recursive: true });
  const { outcome } = run(other.dir, scene.env, ["down", scene.name, "-v"]);
  expect(await outcome).toMatchObject({
    code: 0,
    stdout: `removed ${scene.name}: 4 nodes, all of ${join(scene.dir, ".lab", scene.name)}\n`,
  });
  expect([existsSync(kept), existsSync(join(scene.dir, ".lab", scene.name))]).toEqual([true, false]);
});
