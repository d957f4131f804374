import { once } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PATIENCE } from "../../eventually.fixture.ts";
import { startController, type TinyController } from "../controller.fixture.ts";
import {
  ask,
  escapeBytes,
  killProgram,
  type Launched,
  launchProgram,
  ownPeerId,
  portOf,
  query,
} from "./tracker.fixture.ts";

const SLOW = { timeout: 10_000 };

let controller: TinyController;
let running: Launched[];

beforeEach(async () => {
  running = [];
  controller = await startController();
});
afterEach(async () => {
  await Promise.all(running.map(killProgram));
  await controller.stop();
});

async function start(port = 0): Promise<Launched & { port: number }> {
  const launched = launch(port);
  return { ...launched, port: await portOf(launched) };
}

function launch(port: number): Launched {
  const launched = launchProgram({ port, controller: `http://127.0.0.1:${controller.port}` });
  running.push(launched);
  return launched;
}

test("R01: says hello, samples, reports announces and expiries, and ends with bye within two seconds", {
  timeout: 20_000,
}, async () => {
  controller.interval = 1;
  const { child, port } = await start();
  await vi.waitFor(() => expect(controller.messages.some(({ type }) => type === "sample")).toBe(true), SLOW);
  expect(controller.messages[0]).toMatchObject({ type: "hello", node: "tracker", role: "tracker", port });
  const own = query({ peer_id: escapeBytes(ownPeerId("a")) });
  expect((await ask(port, `/announce?${own}`)).body).toContain("8:intervali1e");
  await vi.waitFor(
    () => expect(controller.facts().map(({ type }) => type)).toEqual(["announce", "peer-expired"]),
    SLOW,
  );
  expect(controller.facts()[1]).toMatchObject({ complete: 0, incomplete: 0 });
  const asked = performance.now();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - asked).toBeLessThan(PATIENCE);
  expect(controller.messages.at(-1)).toEqual({ type: "bye" });
});

test("answers before there is a controller, and tells it later what happened", { timeout: 20_000 }, async () => {
  const { port: later } = controller;
  await controller.stop();
  const { port } = await start();
  expect((await ask(port, `/announce?${query()}`)).body).toContain("8:intervali10e");
  controller = await startController(later);
  await vi.waitFor(() => expect(controller.facts()).toMatchObject([{ type: "announce" }]), SLOW);
  await vi.waitFor(async () => expect((await ask(port, `/announce?${query()}`)).body).toContain("8:intervali5e"), SLOW);
});

test("takes settings as a command, answers verify with nothing", { timeout: 20_000 }, async () => {
  const { port } = await start();
  await vi.waitFor(() => expect(controller.messages).not.toHaveLength(0), SLOW);
  controller.send({ type: "command", id: 1, command: { type: "settings", settings: { interval: 7 } } });
  controller.send({ type: "command", id: 2, command: { type: "verify" } });
  await vi.waitFor(
    () =>
      expect(controller.messages.filter(({ type }) => type === "result")).toEqual([
        { type: "result", id: 1, ok: true },
        { type: "result", id: 2, ok: true, value: [] },
      ]),
    SLOW,
  );
  expect((await ask(port, `/announce?${query()}`)).body).toContain("8:intervali7e");
});

test("S03: killed and started on the same port it begins with empty tables and takes the peers in again", {
  timeout: 20_000,
}, async () => {
  const first = await start();
  expect((await ask(first.port, `/announce?${query({ left: 0 })}`)).body).toContain("8:completei1e");
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = await start(first.port);
  expect((await ask(second.port, "/stats")).body).toMatch(/^0\n0\n/);
  expect((await ask(second.port, `/announce?${query({ left: 0 })}`)).body).toContain("8:completei1e");
});

test("refused by the controller it says why and exits with 1", { timeout: 20_000 }, async () => {
  controller.refuse = "no such node";
  const { child, output } = launch(0);
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(output()).toContain("no such node");
});

test("a port that is taken is exit 3 and one clear line", { timeout: 20_000 }, async () => {
  const { child, output } = launch(controller.port);
  expect(await once(child, "exit")).toEqual([3, null]);
  expect(output()).toMatch(/^the tracker's port \d+ on 127\.0\.0\.1 is taken\n.*\n$/);
});
