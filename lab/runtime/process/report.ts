import { readFileSync } from "node:fs";
import type { NodeState } from "../../api/words.ts";
import type { RegisteredNode, RegistryEntry } from "../registry.ts";
import type { LabReport, NodeReport } from "../runtime.ts";
import { isPaused, lives } from "./lives.ts";
import { nodeFiles } from "./start.ts";

/** A shell's exit code of a program that SIGKILL ended. */
const KILLED = 137;

/** What is to be seen of a lab's nodes now, by name. */
export function nodeReports(entry: RegistryEntry): NodeReport[] {
  return Object.entries(entry.nodes)
    .map(([name, node]) => nodeReport(entry, name, node))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function labReport(entry: RegistryEntry): LabReport {
  const { lab, run, dir } = entry;
  const nodes = Object.values(entry.nodes);
  const running = nodes.filter(lives).length;
  return { lab, run, runtime: "process", dir, origin: "lab", running, nodes: nodes.length };
}

function nodeReport(entry: RegistryEntry, name: string, node: RegisteredNode): NodeReport {
  const common = { name, role: node.role, run: entry.run, outOfMemory: false };
  if (lives(node)) {
    const state: NodeState = isPaused(node) ? "paused" : "running";
    return { ...common, state, exitCode: null, uptime: Math.max(0, (Date.now() - node.startedAt) / 1000) };
  }
  const exitCode = readExitCode(entry, name);
  return { ...common, state: node.wanted === "stopped" ? "stopped" : "failed", exitCode, uptime: null };
}

/** Without a note its shell was ended as well, which only SIGKILL does. */
function readExitCode(entry: RegistryEntry, name: string): number {
  try {
    return Number(readFileSync(nodeFiles(entry.dir, entry.lab, entry.run, name).exit, "utf8"));
  } catch {
    return KILLED;
  }
}
