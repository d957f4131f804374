import { expect, test } from "vitest";
import { bytes, openScene } from "./scene.ts";

const MIB = 1024 * 1024;

test("what a run came to is told, and the run shown again, after the lab was taken down", async () => {
  await using scene = await openScene("process", "runs");
  scene.source("film.bin", bytes(2 * MIB, "runs"));
  const named = ["--name", scene.name];
  for (const leechers of ["1", "2"]) {
    const flags = ["--runtime", "process", "--profile", "quick", "--leechers", leechers];
    await scene.ok("up", ...flags, "-d", "--until", "complete", "--timeout", "60", ...named);
    await scene.ok("down", scene.name);
  }
  const { runs } = JSON.parse((await scene.ok("runs", "--json", ...named)).stdout);
  expect(runs).toMatchObject([
    { profile: "quick", seeders: 1, leechers: 1, length: 2 * MIB, bound: null, elapsed: expect.any(Number) },
    { profile: "quick", seeders: 1, leechers: 2, length: 2 * MIB, bound: null, elapsed: expect.any(Number) },
  ]);
  const replay = async (...run: string[]) =>
    (await scene.ok("replay", ...run, "--plain", "--speed", "100", ...named)).stdout.match(
      /leecher-\d has all of film.bin/g,
    );
  expect(new Set(await replay())).toEqual(new Set(["leecher-1 has all of film.bin", "leecher-2 has all of film.bin"]));
  expect(await replay(runs[0].run)).toEqual(["leecher-1 has all of film.bin"]);
}, 120_000);
