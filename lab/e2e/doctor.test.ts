import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findByEnvironment } from "../runtime/system.ts";
import { runtimesHere } from "./runtimes.ts";
import { docker, openScene, run } from "./scene.ts";

const IDS =
  "node programs engine addresses neighbours links loopback folder state sources disk memory clients terminal";

describe("lab doctor", { timeout: 90_000 }, () => {
  test("tells every check in text and in JSON, and changes nothing", async () => {
    await using scene = await openScene("process", "doctor");
    const { checks, ...rest } = JSON.parse((await scene.ok("doctor", "--json")).stdout);
    expect(rest).toEqual({ schemaVersion: 1, ok: true });
    expect(checks.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(IDS.split(" ")));
    for (const check of checks)
      expect(check).toMatchObject({
        title: expect.any(String),
        detail: expect.any(String),
        verdict: expect.stringMatching(/^(ok|warning)$/),
      });
    const { stdout } = await scene.ok("doctor");
    for (const { title, detail } of checks)
      if (title !== "memory" && title !== "disk") expect(stdout).toContain(detail);
    expect(readdirSync(join(scene.dir, "sources"))).toEqual([]);
    expect(readdirSync(scene.dir).sort()).toEqual(["sources", "state"]);
  });

  test("ends with 3 and says what to do: an engine that is not there, a lab that does not fit", async () => {
    await using scene = await openScene("process", "doctor");
    const gone = await run(scene.dir, { ...scene.env, DOCKER_HOST: "unix:///none" }, ["doctor"]).outcome;
    expect(gone).toMatchObject({ code: 3, stdout: expect.stringMatching(/✗ container engine: [\s\S]*DOCKER_HOST/) });
    mkdirSync(join(scene.dir, "profiles"));
    const groups = Array.from({ length: 20 }, (_, index) => `{ name: g${index}, count: 1000, storage: memory }`);
    writeFileSync(join(scene.dir, "profiles/huge.yaml"), `seeders: [{ count: 1 }]\nleechers: [${groups.join(", ")}]\n`);
    const huge = await scene.lab("doctor", "--profile", "huge");
    expect(huge).toMatchObject({ code: 3, stdout: expect.stringMatching(/✗ memory: .* free, .* for the 20003 nodes/) });
    expect(await scene.lab("doctor", "--profile", "hug")).toMatchObject({ code: 2 });
  });

  test.each(runtimesHere)(
    "--smoke moves a file between two peers in the %s runtime and leaves nothing",
    async (runtime) => {
      await using scene = await openScene(runtime, "tried");
      const { stdout } = await scene.ok("doctor", "--smoke", "--runtime", runtime, "--json");
      const [smoke] = JSON.parse(stdout).checks.slice(-1);
      expect(smoke).toMatchObject({
        id: "smoke",
        verdict: "ok",
        detail: expect.stringMatching(/^moved 2\.00 MiB in /),
      });
      const names = findByEnvironment(["LAB_NAME"]).map(({ env }) => env.LAB_NAME ?? "");
      expect(names.filter((name) => name.startsWith("doctor-"))).toEqual([]);
      if (runtime === "docker") expect(await docker("ps", "-aq", "--filter", "name=lab-doctor-")).toBe("");
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith("lab-smoke-"))).toEqual([]);
      expect(await scene.leftovers()).toEqual([]);
    },
  );

  test("L09: Ctrl-C in --smoke ends it and removes what it started", async () => {
    await using scene = await openScene("process", "tried");
    scene.env.TMPDIR = join(scene.dir, "tmp");
    mkdirSync(scene.env.TMPDIR);
    const ofSmoke = () =>
      findByEnvironment(["LAB_NAME", "LAB_ROLE"]).filter(({ env }) => env.LAB_NAME?.startsWith("doctor-"));
    const { child, outcome } = scene.start("doctor", "--smoke", "--runtime", "process");
    await expect.poll(ofSmoke, { timeout: 30_000 }).not.toEqual([]);
    child.kill("SIGINT");
    expect((await outcome).code).toBe(130);
    expect(ofSmoke()).toEqual([]);
    expect(readdirSync(scene.env.TMPDIR).filter((name) => name.startsWith("lab-"))).toEqual([]);
    expect(await scene.leftovers()).toEqual([]);
  });
});
