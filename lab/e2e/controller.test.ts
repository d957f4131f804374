import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runtimesHere } from "./runtimes.ts";
import { bytes, openScene } from "./scene.ts";

describe.each(runtimesHere)("the controller of a lab in the %s runtime", (runtime) => {
  test("killed, or restarted, in the middle of a download it comes back and the nodes with it; everybody completes", async () => {
    await using scene = await openScene(runtime, "controller");
    const named = ["--name", scene.name];
    scene.source("film.bin", bytes(4 << 20, "controller"));
    mkdirSync(join(scene.dir, "profiles"));
    writeFileSync(join(scene.dir, "profiles/slow.yaml"), "seeders: [{ up: 64KiB/s }]\nleechers: [{ count: 2 }]\n");
    await scene.ok("up", "-d", "--wait", "--runtime", runtime, "--profile", "slow", ...named);
    await scene.ok("wait", "--until", "progress=2%", "--timeout", "60", ...named);
    const { run } = (await scene.status()).lab;
    const states = async () => {
      const { lab, nodes } = await scene.status();
      return [lab.run, ...nodes.filter(({ role }) => role !== "controller").map(({ state }) => state)];
    };
    const allRun = [run, "running", "running", "running", "running"];

    await scene.ok("kill", "controller", ...named);
    const blind = await scene.lab("status", ...named);
    expect(blind).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("does not answer") });
    const { stdout } = await scene.ok("ps", "--json", ...named);
    const { nodes } = JSON.parse(stdout) as { nodes: { name: string; state: string }[] };
    expect(nodes.filter(({ state }) => state !== "running").map(({ name }) => name)).toEqual(["controller"]);
    await scene.ok("start", "controller", ...named);
    await expect.poll(states).toEqual(allRun);
    await scene.ok("restart", "controller", ...named);
    await expect.poll(states).toEqual(allRun);

    expect((await scene.status()).swarms[0]?.complete).toBe(1);
    await scene.ok("set", "seeder", "--up", "unlimited", ...named);
    await scene.ok("wait", "--timeout", "60", ...named);
    await scene.ok("verify", ...named);
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});
