import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRegistry, registryFolder, writeRegistry } from "../../runtime/registry.ts";
import { type Machine, openMachine } from "../machine.fixture.ts";
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
    expect(readRegistry(registryFolder(world.env), "demo")).toEqual(entry);
    expect(await down(world, "demo", withFiles)).toBe(0);
    expect(machine.said()).toBe("removed demo: all of .lab/demo\n");
  },
);

/** A file of the lab "demo". */
function fileOf({ dir }: Machine, name: string): string {
  const file = join(dir, ".lab/demo", name);
  mkdirSync(join(dir, ".lab/demo"), { recursive: true });
  writeFileSync(file, "{}");
  return file;
}
