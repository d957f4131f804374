import type { Behaviour } from "../../api/words.ts";
import { type Glyphs, glyphsFor } from "../../dashboard/look/glyphs.ts";
import type { NodeReport } from "../../runtime/runtime.ts";
import { behaviourOf } from "../../swarm/behaviour.ts";
import { formatDuration } from "../../units.ts";
import { findLab } from "../find-lab.ts";
import { table } from "../table.ts";
import { print, printJson, type World } from "../world.ts";

/** `lab ps`: asks the runtime, so that it also works when the controller is gone. */
export async function ps(world: World, flags: { name?: string; json: boolean }): Promise<void> {
  const lab = await findLab(world, flags.name);
  const nodes = await lab.runtime.nodes(lab.name);
  const storage = new Map(lab.plan?.nodes.map((node) => [node.name, node.storage]));
  const behaviours = new Map(lab.plan?.run.peers.map(({ name, settings }) => [name, behaviourOf(settings)]));
  const rows = nodes.map((node) => ({
    ...node,
    storage: storage.get(node.name) ?? null,
    behaviour: behaviours.get(node.name) ?? null,
  }));
  if (flags.json) return printJson(world, { schemaVersion: 1, lab: lab.name, run: lab.report.run, nodes: rows });
  const lines = table(
    ["NODE", "ROLE", "STATE", "UPTIME", "STORAGE"],
    rows.map((node) => [
      node.name,
      roleText(node.role, node.behaviour, glyphsFor(world.env)),
      stateText(node),
      uptime(node),
      storageText(node.storage),
    ]),
  );
  for (const line of lines) print(world, line);
}

/** `leecher`, or `leecher ☠ poison`. */
function roleText(role: string, behaviour: Behaviour | null, glyphs: Glyphs): string {
  if (behaviour === null || behaviour === "honest") return role;
  return `${role} ${glyphs.behaviour[behaviour]} ${behaviour}`;
}

function stateText(node: NodeReport): string {
  if (node.outOfMemory) return `${node.state} (out of memory)`;
  return node.exitCode === null ? node.state : `${node.state} (${node.exitCode})`;
}

function uptime(node: NodeReport): string {
  return node.uptime === null ? "" : formatDuration(node.uptime);
}

function storageText(storage: "volume" | "memory" | "none" | null): string {
  if (storage === "memory") return "memory: a restart starts from nothing";
  return storage === "volume" ? "volume" : "";
}
