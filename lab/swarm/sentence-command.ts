import type { JournalLineOf } from "../api/journal.ts";
import { be, because, list } from "./phrases.ts";

/** Commands that leave lines of their own: a second one would say it twice. */
const TOLD_ELSEWHERE = new Set(["plan", "node", "set", "mark", "stopping"]);

export function commandSentence(line: JournalLineOf<"command">): string | undefined {
  const detail = asRecord(line.detail);
  if (!line.ok) return failure(line, detail);
  if (TOLD_ELSEWHERE.has(line.command)) return undefined;
  switch (line.command) {
    case "leave":
      return `${text(detail.node)} leaves the swarm, as planned`;
    case "announce":
      return `${detail.node === undefined ? "all peers" : text(detail.node)} announced on request`;
    case "verify":
      return "all peers hashed their files";
    case "cut":
      return cutSentence(detail.sides);
    case "heal":
      return "all cuts are healed";
    default:
      return `${line.command} was done`;
  }
}

function failure(line: JournalLineOf<"command">, detail: Record<string, unknown>): string | undefined {
  const why = because(line.error);
  if (line.command === "message") return undefined; // the failure of its node says it
  if (line.command === "hello") return `${text(detail.node) || "a node"} at ${text(detail.host)} was turned away${why}`;
  const node = detail.node === undefined ? "" : ` of ${text(detail.node)}`;
  return `the command ${line.command}${node} failed${why}`;
}

function cutSentence(sides: unknown): string {
  const [left = [], right = []] = Array.isArray(sides)
    ? sides.map((side) => (Array.isArray(side) ? side.map(text) : []))
    : [];
  return `${list(left)} ${be(left)} cut off from ${list(right)}`;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return value === undefined ? "" : String(value);
}
