import type { NodeState } from "../api/words.ts";
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
  /** It said something: who was paused is not any more. */
  heard(node: string): void;
  close(): void;
}

/** A runtime that stops a node tells it a moment after the connection is gone. */
const GRACE_SECONDS = 1;
/** Messages that were under way when a node was paused still arrive. */
const PAUSE_SECONDS = 2;

export function nodeLife(lab: Lab): NodeLife {
  const fears = new Map<string, NodeJS.Timeout>();
  let closed = false;

  return {
    arrived: calm,
    lost(node, reason = "connection lost", seconds = GRACE_SECONDS) {
      calm(node);
      if (closed) return;
      fears.set(
        node,
        setTimeout(() => {
          fears.delete(node);
          fail(node, reason);
        }, seconds * 1000),
      );
    },
    left(node) {
      calm(node);
      if (stateOf(node) === "running") record(lab, node, { type: "node", state: "stopped" });
      lab.reconcile();
    },
    told(node, state, error) {
      calm(node);
      const shown = state === "running" && !lab.sessions.has(node) && isPeerOrTracker(node) ? "starting" : state;
      record(lab, node, { type: "node", state: shown, ...(error === undefined ? {} : { error }) });
      lab.reconcile();
    },
    heard(node) {
      const known = lab.journal.model.nodes[node];
      if (known?.state !== "paused" || lab.journal.now() - known.since < PAUSE_SECONDS) return;
      record(lab, node, { type: "node", state: "running" });
    },
    close() {
      closed = true;
      for (const timer of fears.values()) clearTimeout(timer);
    },
  };

  function calm(node: string): void {
    clearTimeout(fears.get(node));
    fears.delete(node);
  }

  /**
   * Only of a running node nobody has told anything: what the runtime told of the others stands. A paused one counts as
   * running: its connection lasts while it sleeps, and ends when it is killed.
   */
  function fail(node: string, reason: string): void {
    const state = stateOf(node);
    if ((state !== "running" && state !== "paused") || lab.sessions.has(node)) return;
    const { stopping } = lab.journal.model;
    record(lab, node, stopping ? { type: "node", state: "stopped" } : { type: "node", state: "failed", error: reason });
    lab.reconcile();
  }

  function stateOf(node: string): NodeState | undefined {
    return lab.journal.model.nodes[node]?.state;
  }

  function isPeerOrTracker(node: string): boolean {
    const role = lab.journal.model.nodes[node]?.role;
    return role === "tracker" || role === "seeder" || role === "leecher";
  }
}
