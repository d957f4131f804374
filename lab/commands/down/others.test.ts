import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labFolder } from "../../runtime/folder.ts";
import { registryFolder, writeRegistry } from "../../runtime/registry.ts";
import type { Removed, Runtime } from "../../runtime/runtime.ts";
import type { World } from "../world.ts";
import { removeLab } from "./down.ts";

let dir: string;
let world: World;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lab-down-"));
  world = { dir, env: { XDG_STATE_HOME: dir } } as unknown as World;
  mkdirSync(labFolder(dir, "demo").secrets, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

const none: Removed = { nodes: 0, networks: 0, volumes: 0, left: [] };
const removing = (removed: Removed) => ({ labs: async () => [], down: async () => removed }) as unknown as Runtime;
const engine = removing({ ...none, others: 'the lab "demo" is another user\'s' });
const take = (...runtimes: Runtime[]) => removeLab(world, runtimes, "demo", { volumes: false });

test("a lab of another user is refused with exit 5, and no file is touched", async () => {
  await expect(take(removing(none), engine)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining("another user's"),
  });
  expect(existsSync(labFolder(dir, "demo").secrets)).toBe(true);
});

test("the caller's own lab of that name is removed beside it", async () => {
  expect(await take(removing({ ...none, nodes: 4 }), engine)).toMatchObject({ nodes: 4 });
  writeRegistry(registryFolder(world.env), { lab: "demo", run: "r1", runtime: "docker", dir, nodes: {} });
  expect(await take(removing(none), engine)).toMatchObject({ nodes: 0, left: [] });
});
