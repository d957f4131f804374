import type Docker from "dockerode";
import { expect, test } from "vitest";
import type { RuntimeEvent } from "../runtime.ts";
import { startEarly } from "./early-starts.ts";
import { composeEvent } from "./progress.ts";

test("a container is started when Compose has made it, and nothing else is", async () => {
  const { started, told } = await heed([
    ' Network "lab-demo-r1-swarm"  Created',
    ' Volume "lab-demo-r1-leecher-1"  Created',
    " Container lab-demo-controller-1  Creating",
    " Container lab-demo-controller-1  Created",
    " Container lab-demo-leecher-1-1  Recreated",
    " Container lab-demo-tracker-1  Running",
  ]);
  expect(started).toEqual(["lab-demo-controller-1", "lab-demo-leecher-1-1"]);
  expect(told).toEqual(["controller", "leecher-1", "controller: done", "leecher-1: done"]);
});

test("one that does not start is left to Compose, which says why", async () => {
  const { told } = await heed([" Container lab-demo-controller-1  Created"], "port is already allocated");
  expect(told).toEqual(["controller"]);
});

/** What is done about lines of Compose, by an engine that takes every start or refuses it. */
async function heed(lines: readonly string[], refusal?: string): Promise<{ started: string[]; told: string[] }> {
  const [started, told]: [string[], string[]] = [[], []];
  const start = async (name: string) => {
    started.push(name);
    if (refusal !== undefined) throw new Error(refusal);
  };
  const client = { getContainer: (name: string) => ({ start: () => start(name) }) } as unknown as Docker;
  const progress = ({ subject, done }: RuntimeEvent) => void told.push(done ? `${subject}: done` : subject);
  for (const line of lines) {
    const event = composeEvent(line, "lab-demo");
    if (event) startEarly(client, "demo", event, progress);
  }
  await new Promise(setImmediate);
  return { started, told };
}
