import { describe, expect, test } from "vitest";
import type { LabStatus, NodeStatus, NodeTorrentStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { hopeless, isReached, isReady, parseCondition } from "./condition.ts";

describe("what --until takes", () => {
  test.each([
    ["complete", { kind: "complete" }],
    ["ratio=1", { kind: "ratio", value: 1 }],
    ["ratio=0.5", { kind: "ratio", value: 0.5 }],
    ["progress=50%", { kind: "progress", value: 0.5 }],
    ["progress=0.25", { kind: "progress", value: 0.25 }],
    ["progress=100%", { kind: "progress", value: 1 }],
  ])("%s", (text, condition) => {
    expect(parseCondition(text)).toEqual(condition);
  });

  const nonsense = ["", "soon", "Complete", "ratio", "ratio=", "ratio=0", "ratio=-1", "ratio=1e3", "ratio=50%"];
  const more = ["progress=0%", "progress=101%", "progress=2", "progress=x", "progress=50%%", "complete=1", "ratio=1=1"];
  test.each([...nonsense, ...more])('not "%s"', (text) => {
    expect(() => parseCondition(text)).toThrow(LabError);
  });
});

describe("a condition is reached", () => {
  const complete = parseCondition("complete");
  const half = parseCondition("progress=50%");
  const even = parseCondition("ratio=1");

  test("when every leecher is there", () => {
    expect(isReached(complete, lab(leecher({ progress: 1 }), leecher({ progress: 0.99 })))).toBe(false);
    expect(isReached(complete, lab(leecher({ progress: 1 }), leecher({ progress: 1 })))).toBe(true);
    expect(isReached(half, lab(leecher({ progress: 0.5 }), leecher({ progress: 0.4 })))).toBe(false);
    expect(isReached(half, lab(leecher({ progress: 0.5 }), leecher({ progress: 1 })))).toBe(true);
    expect(isReached(even, lab(leecher({ downloaded: 100, uploaded: 99 })))).toBe(false);
    expect(isReached(even, lab(leecher({ downloaded: 100, uploaded: 100 })))).toBe(true);
  });

  test("but no ratio of nothing, before the first byte has come", () => {
    const none = { downloaded: 0, uploaded: 0 };
    expect(isReached(even, lab(leecher({ ...none, progress: 0 })))).toBe(false);
    expect(isReached(even, lab(leecher({ ...none, progress: 1 })))).toBe(true);
  });

  test("with all of a leecher's torrents, but not with retired ones", () => {
    expect(isReached(complete, lab(leecher({ progress: 1 }, { progress: 0 })))).toBe(false);
    expect(isReached(complete, lab(leecher({ progress: 1 }, { progress: 0, state: "retired" })))).toBe(true);
  });

  test("without leechers that have nothing to fetch, beside one that has", () => {
    const idle = leecher();
    expect(isReached(complete, lab(leecher({ progress: 1 }), idle))).toBe(true);
    expect(isReached(complete, lab(leecher({ progress: 0.9 }), idle))).toBe(false);
    expect(isReached(half, lab(leecher({ progress: 0.5 }), idle))).toBe(true);
    expect(isReached(even, lab(leecher({ downloaded: 100, uploaded: 100 }), idle))).toBe(true);
  });

  test("without nodes that were stopped, and not where nobody is left or has begun", () => {
    const stopped = { ...leecher({ progress: 0 }), state: "stopped" as const };
    expect(isReached(complete, lab(leecher({ progress: 1 }), stopped))).toBe(true);
    expect(isReached(complete, lab(stopped))).toBe(false);
    const left = { ...leecher({ progress: 1, completedAt: 9 }, { progress: 0.5 }), state: "stopped" as const };
    expect(isReached(complete, lab(left))).toBe(true);
    expect(isReached(even, lab(left))).toBe(false);
    expect(isReached(complete, lab())).toBe(false);
    expect(isReached(complete, lab(leecher(), leecher({ progress: 1, state: "retired" })))).toBe(false);
    const starting = lab(leecher({ progress: 1 }));
    expect(isReached(complete, { ...starting, lab: { ...starting.lab, state: "starting" } })).toBe(false);
  });
});

test("a failed node makes it hopeless, with the reason", () => {
  const failed = { ...leecher(), name: "leecher-2", state: "failed" as const, error: "disk full" };
  expect(hopeless(lab(leecher()))).toBeUndefined();
  expect(hopeless(lab(leecher(), failed, { ...failed, error: null }))).toBe("leecher-2: disk full; leecher-2: failed");
});

describe("--wait ends", () => {
  test("once every peer runs and has a connection", () => {
    expect(isReady(lab(leecher({ peers: 1 }), leecher({ peers: 0 })))).toBe(false);
    expect(isReady(lab(leecher({ peers: 1 }), { ...leecher({ peers: 1 }), state: "starting" }))).toBe(false);
    expect(isReady(lab(leecher({ peers: 1 }), leecher({ peers: 2 })))).toBe(true);
  });

  test("for one peer alone, and for one that shares nothing", () => {
    expect(isReady(lab(leecher({ peers: 0 })))).toBe(true);
    expect(isReady(lab(leecher({ peers: 1 }), leecher()))).toBe(true);
  });
});

function leecher(...torrents: Partial<NodeTorrentStatus>[]): NodeStatus {
  const node: Partial<NodeStatus> = { name: "leecher-1", role: "leecher", state: "running", error: null };
  return {
    ...node,
    torrents: torrents.map((torrent) => ({ state: "downloading", completedAt: null, ...torrent })),
  } as NodeStatus;
}

function lab(...nodes: NodeStatus[]): LabStatus {
  return { lab: { state: "running" }, nodes } as LabStatus;
}
