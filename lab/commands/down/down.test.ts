import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listRegistry, readRegistry, registryFolder, writeRegistry } from "../../runtime/registry.ts";
import { type Machine, moveTo, openMachine } from "../machine.fixture.ts";
import { down } from "./down.ts";

const once = { volumes: false, all: false, json: false };
const withFiles = { ...once, volumes: true };

test("a lab that docker compose started alone is left alone, with who removes it", async () => {
  const Labels = { "lab.schema": "1", "lab.role": "seeder", "com.docker.compose.project": "demo" };
  await using machine = await openMachine(() => [{ State: "running", Labels }]);
  expect(await down(machine.world, "demo", once)).toBe(0);
  expect(machine.said()).toMatch(
    /^nothing to do: .*started by docker compose.*\n.*`docker compose -p demo down -v` removes it/,
  );
});

test("-v of a lab that is down already says what it deleted; again there is nothing to do", async () => {
  await using machine = await openMachine(() => []);
  const runs = fileOf(machine, "runs");
  expect(await down(machine.world, "demo", once)).toBe(0);
  expect(machine.said()).toBe("nothing to do: no lab is running\n");
  expect(existsSync(runs)).toBe(true);
  expect(await down(machine.world, "demo", withFiles)).toBe(0);
  expect(machine.said()).toMatch(/\nremoved demo: all of \.lab\/demo\n$/);
  expect(existsSync(join(machine.dir, ".lab/demo"))).toBe(false);
  expect(await down(machine.world, "demo", withFiles)).toBe(0);
  expect(machine.said()).toMatch(/\nnothing to do: no lab is running\n$/);
});

test("what the last run of a lost lab left is no nothing", async () => {
  await using machine = await openMachine(() => []);
  fileOf(machine, "plan.json");
  await down(machine.world, "demo", once);
  expect(machine.said()).toBe("removed demo: what its last run left (torrents and runs stay in .lab/demo)\n");
});

test.each(["demo", undefined])(
  "L17: a lab in containers whose engine does not answer stays as it is (down %s), with why and what to do",
  async (name) => {
    await using machine = await openMachine(() => []);
    const { world, withoutEngine, dir } = machine;
    const plan = fileOf(machine, "plan.json");
    const entry = { lab: "demo", run: "r1", runtime: "docker", dir, nodes: {} } as const;
    writeRegistry(registryFolder(world.env), entry);
    await expect(down(withoutEngine, name, { ...withFiles, all: name === undefined })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^the containers of "demo" cannot be removed: .*there is no .*none\.sock/),
      hint: expect.stringMatching(/^Start the engine.*`lab down demo` again; .*stay/),
    });
    expect(machine.said()).toBe("");
    expect(existsSync(plan)).toBe(true);
    expect(readRegistry(registryFolder(world.env), "demo")).toMatchObject(entry);
    expect(await down(world, "demo", withFiles)).toBe(0);
    expect(machine.said()).toBe("removed demo: all of .lab/demo\n");
  },
);

test("a lab of another machine or another engine stays as it is, with where it is", async () => {
  await using machine = await openMachine(() => []);
  const { world, dir } = machine;
  const registry = registryFolder(world.env);
  const entry = { run: "r1", runtime: "docker", dir, nodes: {} } as const;
  writeRegistry(registry, { ...entry, lab: "kiwis" });
  moveTo("kiwi", registry, "kiwis");
  await expect(down(world, "kiwis", once)).rejects.toMatchObject({
    exitCode: 3,
    message: 'the nodes of "kiwis" cannot be removed: it was started on kiwi',
  });
  writeRegistry(registry, { ...entry, lab: "other", engine: "unix:///other.sock" });
  await expect(down(world, "other", once)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/^the containers of "other" cannot be removed: .* engine at unix:.*other\.sock/),
    hint: expect.stringContaining("DOCKER_HOST=unix:///other.sock"),
  });
  writeRegistry(registry, { ...entry, lab: "mine", engine: world.env.DOCKER_HOST });
  expect(await down(world, "mine", once)).toBe(0);
  expect(listRegistry(registry).map(({ lab }) => lab)).toEqual(["kiwis", "other"]);
});

test.skipIf(process.getuid?.() === 0)(
  "with --all a lab whose files cannot be removed is in the way of no other, and is named",
  async () => {
    await using machine = await openMachine(() => []);
    const { withoutEngine: world, dir } = machine;
    const registry = registryFolder(world.env);
    for (const lab of ["demo", "mine"]) writeRegistry(registry, { lab, run: "r1", runtime: "process", dir, nodes: {} });
    fileOf(machine, "plan.json");
    chmodSync(join(dir, ".lab/demo"), 0o555);
    onTestFinished(() => chmodSync(join(dir, ".lab/demo"), 0o755));
    await expect(down(world, undefined, { ...once, all: true })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/\.lab\/demo\/plan\.json could not be removed: EACCES/),
    });
    expect(listRegistry(registry).map(({ lab }) => lab)).toEqual([]);
    expect(existsSync(join(dir, ".lab/demo/plan.json"))).toBe(true);
  },
);

/** A file of the lab "demo". */
function fileOf({ dir }: Machine, name: string): string {
  const file = join(dir, ".lab/demo", name);
  mkdirSync(join(dir, ".lab/demo"), { recursive: true });
  writeFileSync(file, "{}");
  return file;
}
