import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openScene } from "./scene.ts";

test("where no engine can run a lab up says why and takes local processes; asked for containers, it refuses", async () => {
  await using scene = await openScene("process", "auto");
  scene.source("byte", "x");
  const bin = join(scene.dir, "bin");
  mkdirSync(bin);
  // Without Compose no engine will do, wherever it listens.
  for (const name of ["docker", "docker-compose"]) {
    writeFileSync(join(bin, name), "#!/bin/sh\nexit 1\n");
    chmodSync(join(bin, name), 0o755);
  }
  scene.env.PATH = `${bin}:${scene.env.PATH}`;
  delete scene.env.DOCKER_HOST;
  delete scene.env.DOCKER_CONTEXT;
  const flags = ["--name", scene.name, "--profile", "quick", "--leechers", "1"];
  const { stderr } = await scene.ok("up", "--until", "complete", "--timeout", "60", ...flags);
  expect(stderr).toMatch(/runtime: process \(no Docker Engine answers: .+\)/);
  expect((await scene.status()).lab.runtime).toBe("process");
  await scene.ok("down", scene.name);
  expect(await scene.lab("up", "-d", "--runtime", "docker", ...flags)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("no Docker Engine answers"),
  });
  expect(await scene.leftovers()).toEqual([]);
});
