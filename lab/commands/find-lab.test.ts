import { expect, test } from "vitest";
import { registryFolder, writeRegistry } from "../runtime/registry.ts";
import { findLab, lookForLab } from "./find-lab.ts";
import { type Container, moveTo, openMachine } from "./machine.fixture.ts";

const ofCompose = {
  State: "exited",
  Labels: { "lab.schema": "1", "lab.role": "seeder", "com.docker.compose.project": "demo" },
};
const ofLab = {
  State: "running",
  Labels: {
    "lab.schema": "1",
    "lab.name": "demo",
    "lab.node": "tracker",
    "lab.run": "r1",
    "lab.dir": "/home/ann/demo",
  },
};

test("a lab that docker compose started alone is not found, and who asks is told whose it is and how to end it", async () => {
  await using machine = await openMachine(() => [ofCompose]);
  expect(await lookForLab(machine.world, "demo")).toBeUndefined();
  await expect(findLab(machine.world, "demo")).rejects.toMatchObject({
    kind: "failed",
    message: 'the lab "demo" was started by docker compose, which alone can work with it',
    hint: expect.stringContaining("`docker compose -p demo down -v` removes it"),
  });
});

test("a lab of docker compose does not hide one of ours of the same name", async () => {
  await using machine = await openMachine(() => [ofCompose, ofLab]);
  expect((await lookForLab(machine.world, "demo"))?.report).toMatchObject({ origin: "lab", run: "r1", nodes: 1 });
});

test("where nothing runs, that is what is said", async () => {
  await using machine = await openMachine(() => []);
  await expect(findLab(machine.world, "demo")).rejects.toMatchObject({ message: 'no lab "demo" is running' });
});

test("L17: a lab in containers whose engine does not answer is not taken for one that does not run", async () => {
  await using machine = await openMachine(() => []);
  const { withoutEngine, dir } = machine;
  writeRegistry(registryFolder(withoutEngine.env), { lab: "demo", run: "r1", runtime: "docker", dir, nodes: {} });
  await expect(lookForLab(withoutEngine, "demo")).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/^the lab "demo" runs in containers: .*there is no .*none\.sock/),
    hint: expect.stringContaining("Start the engine"),
  });
  expect(await lookForLab(withoutEngine, "another")).toBeUndefined();
});

test("a lab that was started on another machine is not taken for one that does not run", async () => {
  await using machine = await openMachine(() => []);
  const { world, dir } = machine;
  const registry = registryFolder(world.env);
  for (const runtime of ["docker", "process"] as const) {
    writeRegistry(registry, { lab: "demo", run: "r1", runtime, dir, nodes: {} });
    moveTo("kiwi", registry, "demo");
    await expect(lookForLab(world, "demo")).rejects.toMatchObject({
      exitCode: 3,
      message: 'the lab "demo" runs on another machine: it was started on kiwi',
      hint: expect.stringMatching(/^Call lab there .*another --name\.$/),
    });
  }
});

test("a lab of another engine is not taken for one that does not run; of the same one at another address it is found", async () => {
  let containers: readonly Container[] = [];
  await using machine = await openMachine(() => containers);
  const { world, dir } = machine;
  const engine = "unix:///other.sock";
  writeRegistry(registryFolder(world.env), { lab: "demo", run: "r1", runtime: "docker", engine, dir, nodes: {} });
  await expect(lookForLab(world, "demo")).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /^the lab "demo" runs in containers: it was started with the engine at unix:.*other/,
    ),
    hint: expect.stringContaining("DOCKER_HOST=unix:///other.sock"),
  });
  containers = [ofLab];
  expect((await lookForLab(world, "demo"))?.report).toMatchObject({ run: "r1" });
});
