import type { JournalLine } from "../../api/journal.ts";
import { lookup } from "../../swarm/dictionary.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { isPeer } from "../../swarm/peers.ts";
import { formatRate, printable } from "../../units.ts";

/** Something that was done to the swarm, or happened to it, and may be why a curve bends. */
export interface Moment {
  /** Seconds since the run began. */
  readonly t: number;
  readonly text: string;
}

const KEPT = 60;

/** @param swarm with the line applied. */
export function noteMoment(moments: Moment[], line: JournalLine, swarm: SwarmModel): void {
  const text = textOf(line, swarm);
  if (text === undefined) return;
  moments.push({ t: line.t, text: printable(text) });
  if (moments.length > KEPT) moments.shift();
}

function textOf(line: JournalLine, swarm: SwarmModel): string | undefined {
  if (line.type === "mark") return line.text;
  if (line.type === "command") return line.ok && line.command === "set" ? settingOf(line.detail) : undefined;
  if (line.type !== "node" || swarm.stopping || (line.state !== "failed" && line.state !== "stopped")) return undefined;
  const node = lookup(swarm.nodes, line.node);
  // A node may say again what it is.
  if (!node || node.since !== line.t || (!isPeer(node) && node.role !== "tracker")) return undefined;
  return `${node.name} ${line.state}`;
}

/** `leecher: up 500 KiB/s, slots 2`. */
function settingOf(detail: unknown): string | undefined {
  if (typeof detail !== "object" || detail === null || !("target" in detail) || !("settings" in detail))
    return undefined;
  const changes = Object.entries(detail.settings ?? {}).map(([knob, value]) => `${knob} ${spell(knob, value)}`);
  return `${detail.target}: ${changes.join(", ")}`;
}

function spell(knob: string, value: unknown): string {
  const isLimit = (knob === "up" || knob === "down") && (value === null || typeof value === "number");
  if (isLimit) return formatRate(value);
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
