import { expect, test } from "vitest";
import { registryFolder, writeRegistry } from "../../runtime/registry.ts";
import { openMachine } from "../machine.fixture.ts";
import { ls } from "./ls.ts";

test("L17: a lab in containers whose engine does not answer is told of, and not that none is running", async () => {
  await using machine = await openMachine(() => []);
  const { withoutEngine, dir } = machine;
  writeRegistry(registryFolder(withoutEngine.env), { lab: "demo", run: "r1", runtime: "docker", dir, nodes: {} });
  await ls(withoutEngine, { json: false });
  expect(machine.said()).toMatch(/^the lab "demo" runs in containers: .*there is no .*none\.sock.*\n$/);
});

test("where nothing runs and nothing is registered, that is what is said", async () => {
  await using machine = await openMachine(() => []);
  await ls(machine.world, { json: false });
  expect(machine.said()).toBe("no lab is running; `lab up` starts one\n");
});
