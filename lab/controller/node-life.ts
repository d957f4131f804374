import type { NodeState } from "../api/words.ts";
import { isPeer } from "../swarm/peers.ts";
import { type Lab, record } from "./lab.ts";

/** Whether nodes are there: from hellos, lost connections, farewells and what the runtime tells. */
export interface NodeLife {
  /** The node is there (again): what was feared about it is forgotten. */
  arrived(node: string): void;
  /** Its connection ended without a farewell. It gets a moment: it may come back, or the runtime may tell why. */
  lost(node: string, reason?: string, seconds?: number): void;
  left(node: string): void;
  /** What the runtime did to it. */
  told(node: string, state: NodeState, error?: string): void;
  /** It said something: long after it was told to be anything else than running, what was told did not come to pass. */
  heard(node: string): void;
  close(): void;
}

/** A runtime that stops a node tells it a moment after the connection is gone. */
const GRACE_SECONDS = 1;
/** States are told before they come about: who tells one and is killed at that moment leaves a start that nobody does. */
export const START_SECONDS = 60;
/** Messages that were under way when a node was paused still arrive; one that is stopped takes leave for 10 s. */
export const LAST_WORDS_SECONDS: Record<NodeState, number> = {
  created: 2,
  starting: 2,
  running: Number.POSITIVE_INFINITY,
  paused: 2,
  stopped: 15,
  failed: 15,
};

const expected = new Set<NodeState | undefined>(["starting", "running", "paused"]);

export function nodeLife(lab: Lab): NodeLife {
  const fears = new Map<string, NodeJS.Timeout>();
  let closed = false;

  return {
    arrived: calm,
    lost: fear,
    left(node) {
      calm(node);
      if (stateOf(node) === "running") record(lab, node, { type: "node", state: "stopped" });
      lab.reconcile();
    },
    told(node, state, error) {
      calm(node);
      const shown = state === "running" && !lab.sessions.has(node) && isPeerOrTracker(node) ? "starting" : state;
      record(lab, node, { type: "node", state: shown, ...(error === undefined ? {} : { error }) });
      if (shown === "starting") fear(node, `has not said hello within ${START_SECONDS} s of its start`, START_SECONDS);
      lab.reconcile();
    },
    heard(node) {
      const known = lab.journal.model.nodes[node];
      if (!known || lab.journal.now() - known.since < LAST_WORDS_SECONDS[known.state]) return;
      record(lab, node, { type: "node", state: "running" });
    },
    close() {
      closed = true;
      for (const timer of fears.values()) clearTimeout(timer);
    },
  };

  function fear(node: string, reason = "connection lost", seconds = GRACE_SECONDS): void {
    calm(node);
    if (closed) return;
    const come = () => {
      fears.delete(node);
      fail(node, reason);
    };
    fears.set(node, setTimeout(come, seconds * 1000));
  }

  function calm(node: string): void {
    clearTimeout(fears.get(node));
    fears.delete(node);
  }

  /**
   * Only of a node that should be there: what the runtime told of the others stands. A paused one counts as running: its
   * connection lasts while it sleeps, and ends when it is killed.
   */
  function fail(node: string, reason: string): void {
    if (!expected.has(stateOf(node)) || lab.sessions.has(node)) return;
    const { stopping } = lab.journal.model;
    record(lab, node, stopping ? { type: "node", state: "stopped" } : { type: "node", state: "failed", error: reason });
    lab.reconcile();
  }

  function stateOf(node: string): NodeState | undefined {
    return lab.journal.model.nodes[node]?.state;
  }

  function isPeerOrTracker(node: string): boolean {
    const known = lab.journal.model.nodes[node];
    return known !== undefined && (known.role === "tracker" || isPeer(known));
  }
}
