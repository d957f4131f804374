import { describe, expect, test } from "vitest";
import type { LabStatus, NodeStatus, NodeTorrentStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { smallOneWhole } from "../swarm/journal.fixture.ts";
import { toStatus } from "../swarm/status.ts";
import { hopeless, isReached, isReady, parseCondition } from "./condition.ts";

const LENGTH = 100;

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

  test("by bytes over all torrents, as the dashboard counts", () => {
    const status = toStatus(smallOneWhole().model, { now: 1, controllerUrl: null, connections: false });
    expect(isReached(parseCondition("progress=5%"), status)).toBe(true);
    expect(isReached(parseCondition("progress=6%"), status)).toBe(false);
    expect(isReached(complete, status)).toBe(false);
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

  test("with what those left that were complete, but not with torrents that the lab does not share any more", () => {
    const done = { progress: 1, completedAt: 9, state: "retired" } as const;
    expect(isReached(complete, lab(leecher(done), leecher(done)))).toBe(true);
    expect(isReached(complete, lab(leecher(done), leecher({ progress: 0.5 })))).toBe(false);
    expect(isReached(half, lab(leecher(done)))).toBe(true);
    expect(isReached(even, lab(leecher({ ...done, downloaded: 100, uploaded: 200 })))).toBe(false);
    expect(isReached(complete, { ...lab(leecher(done)), torrents: [] })).toBe(false);
  });

  test("whatever peers have besides in their own sources", () => {
    const helper = leecher({ progress: 0.1 }, { progress: 1, duty: "seed" });
    expect(isReached(half, lab(helper))).toBe(false);
    expect(isReached(complete, lab(leecher({ progress: 1 }, { progress: 0, duty: "seed" })))).toBe(true);
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

  test("without those that left their swarms, and who is alone since", () => {
    const gone = leecher({ peers: 0, state: "retired" });
    expect(isReady(lab(leecher({ peers: 1 }), leecher({ peers: 1 }), gone))).toBe(true);
    expect(isReady(lab(leecher({ peers: 0 }), gone))).toBe(true);
    expect(isReady(lab(leecher({ peers: 0 }), leecher({ peers: 0 }), gone))).toBe(false);
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
    torrents: torrents.map((torrent, i) => {
      const left = LENGTH * (1 - (torrent.progress ?? 0));
      return { infoHash: `${i}`, duty: "fetch", state: "downloading", completedAt: null, left, ...torrent };
    }),
  } as NodeStatus;
}

function lab(...nodes: NodeStatus[]): LabStatus {
  const torrents = ["0", "1"].map((infoHash) => ({ infoHash, length: LENGTH }));
  return { lab: { state: "running" }, torrents, nodes } as LabStatus;
}
