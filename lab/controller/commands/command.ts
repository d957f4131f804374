import type { CommandResult, LabCommand } from "../../api/commands.ts";
import { type Lab, peersOf } from "../lab.ts";
import type { NodeLife } from "../node-life.ts";
import type { Session } from "../session.ts";

export type CommandOf<T extends LabCommand["type"]> = Extract<LabCommand, { type: T }>;

/** What a command works on. */
export interface Desk {
  readonly lab: Lab;
  readonly life: NodeLife;
}

/** Does one command. A result that is not `ok` before anything was sent means that nothing has changed. */
export type Handler<T extends LabCommand["type"]> = (
  desk: Desk,
  command: CommandOf<T>,
) => CommandResult | Promise<CommandResult>;

export const done: CommandResult = { ok: true };

export function refused(error: string): CommandResult {
  return { ok: false, error };
}

/** Sessions of peers: seeders and leechers that are connected. */
export function peerSessions(lab: Lab): Session[] {
  return peersOf(lab).flatMap((peer) => lab.sessions.get(peer.name) ?? []);
}

/** Why a node cannot be asked anything, as the end of a sentence. */
export function absence(lab: Lab, node: string): string {
  const known = lab.journal.model.nodes[node];
  if (!known) return `there is no node "${node}" in this lab`;
  if (known.state === "running") return `${node} is not connected at the moment; try again`;
  return known.state === "paused" ? `${node} is paused; unpause it first` : `${node} is ${known.state}; start it first`;
}

/** Whether the node can be asked now. */
export function isReachable(lab: Lab, node: string): boolean {
  return lab.sessions.has(node) && lab.journal.model.nodes[node]?.state === "running";
}
