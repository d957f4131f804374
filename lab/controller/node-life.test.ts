import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { peer, testPlan } from "./controller.fixture.ts";
import { nodeLife, START_SECONDS } from "./node-life.ts";
import { resume } from "./resume.ts";
import { still } from "./still-lab.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a start that nobody carried out does not stay a start: the command that told it was killed", () => {
  const { lab, life, stateOf, pass } = living();
  life.told("leecher-1", "starting");
  pass(START_SECONDS - 1);
  expect(stateOf("leecher-1")).toBe("starting");
  pass(2);
  expect(lab.journal.model.nodes["leecher-1"]).toMatchObject({
    state: "failed",
    error: "has not said hello within 60 s of its start",
  });
});

test("a start that ended with a hello, or of which something else was told, is not feared for any more", () => {
  const { life, hello, stateOf, pass } = living();
  life.told("leecher-1", "starting");
  life.told("leecher-2", "starting");
  life.arrived("leecher-1");
  hello("leecher-1");
  life.told("leecher-2", "stopped");
  pass(2 * START_SECONDS);
  expect([stateOf("leecher-1"), stateOf("leecher-2")]).toEqual(["running", "stopped"]);
});

test("a start that was told to an earlier process of the controller is feared for as well", () => {
  const { lab, record, stateOf, pass } = living();
  record("leecher-1", { type: "node", state: "starting" });
  resume(lab, nodeLife(lab), "127.0.0.1:7070");
  pass(START_SECONDS - 1);
  expect(stateOf("leecher-1")).toBe("starting");
  pass(2);
  expect([stateOf("leecher-1"), stateOf("controller")]).toEqual(["failed", "running"]);
});

test.each([
  ["paused", 2],
  ["stopped", 15],
  ["failed", 15],
] as const)("a node that was told to be %s and still speaks after %i s runs: nobody did it", (state, seconds) => {
  const { life, hello, stateOf, pass } = living();
  hello("leecher-1");
  life.told("leecher-1", state);
  pass(seconds - 1);
  life.heard("leecher-1");
  expect(stateOf("leecher-1")).toBe(state);
  pass(2);
  life.heard("leecher-1");
  expect(stateOf("leecher-1")).toBe("running");
});

test("what a running node says is no news of its state", () => {
  const { life, hello, lines, pass } = living();
  hello("leecher-1");
  const before = lines("node").length;
  pass(1000);
  life.heard("leecher-1");
  expect(lines("node")).toHaveLength(before);
});

function living() {
  const lab = still(testPlan([peer("leecher-1"), peer("leecher-2")]));
  const life = nodeLife(lab.lab);
  let now = 0;
  return {
    ...lab,
    life,
    /** Seconds go by, for the clock and for the timers. */
    pass(seconds: number) {
      now += seconds;
      lab.at(now);
      vi.advanceTimersByTime(seconds * 1000);
    },
  };
}
