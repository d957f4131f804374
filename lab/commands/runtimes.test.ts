import { afterEach, expect, test, vi } from "vitest";
import { openMachine } from "./machine.fixture.ts";
import { lookForEngine } from "./runtimes.ts";

afterEach(() => vi.useRealTimers());

test("an engine that did not answer is asked again after some seconds, for a dashboard may be open for hours", async () => {
  await using machine = await openMachine(() => []);
  const env: Record<string, string | undefined> = { ...machine.withoutEngine.env };
  const world = { ...machine.world, env };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  expect((await lookForEngine(world)).runtime).toBeUndefined();
  env.DOCKER_HOST = machine.world.env.DOCKER_HOST;
  expect((await lookForEngine(world)).runtime).toBeUndefined();
  vi.advanceTimersByTime(10_000);
  expect((await lookForEngine(world)).runtime).toBeDefined();
});
