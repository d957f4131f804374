import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "../../errors.ts";
import type { LabPlan, PlanNode } from "../../plan/plan.ts";
import { labFolder } from "../folder.ts";
import { readPlan } from "../plan-file.ts";
import {
  listRegistry,
  type RegisteredNode,
  type RegistryEntry,
  readRegistry,
  removeRegistry,
  writeRegistry,
} from "../registry.ts";
import type { LabReport, NodeAction, NodeReport, Removed, Runtime, RuntimeOptions } from "../runtime.ts";
import { isAlive, processState } from "../system.ts";
import { endGroups, signalGroup } from "./end.ts";
import { readLogs } from "./logs.ts";
import { logFile, startNode } from "./start.ts";
import { strays } from "./strays.ts";

export interface ProcessRuntimeOptions {
  /** The folder of the node bundle. */
  readonly programs: string;
  /** The registry's folder. */
  readonly registry: string;
}

/** Every node a detached process group of its own on 127.0.0.1. */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { registry } = options;

  function start(plan: LabPlan, node: PlanNode, entry: RegistryEntry): void {
    entry.nodes[node.name] = startNode(options.programs, plan, node);
    writeRegistry(registry, entry);
  }

  return {
    kind: "process",

    async up(plan, { only, signal, progress }) {
      const entry = adopt(readRegistry(registry, plan.lab), plan);
      const gone = Object.keys(entry.nodes).filter((name) => !plan.nodes.some((node) => node.name === name));
      await remove(gone, entry, plan, progress);
      writeRegistry(registry, entry);
      for (const node of plan.nodes) {
        signal?.throwIfAborted();
        const known = entry.nodes[node.name];
        if (only && !only.includes(node.name)) continue;
        if (known && isAlive(known.pid, known.started)) continue;
        start(plan, node, entry);
        progress?.({ phase: "start", subject: node.name, done: true });
      }
    },

    async act(lab, name, action) {
      const entry = requireEntry(registry, lab);
      const known = requireNode(entry, name);
      if (action === "start") {
        if (isAlive(known.pid, known.started)) return;
        const plan = readPlan(entry.dir, lab);
        const node = plan?.nodes.find((candidate) => candidate.name === name);
        if (!plan || !node) throw new LabError("failed", `the plan of the lab "${lab}" no longer names ${name}`);
        return start(plan, node, entry);
      }
      await actions[action](known);
      if (action === "remove") delete entry.nodes[name];
      if (action === "remove") removeFiles(entry, name);
      writeRegistry(registry, entry);
    },

    async nodes(lab) {
      const entry = readRegistry(registry, lab);
      return entry ? Object.entries(entry.nodes).map(([name, node]) => report(entry, name, node)) : [];
    },

    async *logs(lab, query) {
      const entry = requireEntry(registry, lab);
      const names = query.node === undefined ? Object.keys(entry.nodes) : [query.node];
      yield* readLogs(
        names.map((node) => ({ node, file: logFile(entry.dir, lab, entry.run, node) })),
        query,
      );
    },

    async down(lab, { progress }) {
      const entry = readRegistry(registry, lab);
      const found = strays(lab);
      const dirs = new Set([...(entry ? [entry.dir] : []), ...found.flatMap(({ dir }) => dir ?? [])]);
      const alive = Object.values(entry?.nodes ?? {}).filter((node) => isAlive(node.pid, node.started));
      const pids = new Set([...alive.map((node) => node.pid), ...found.map(({ pid }) => pid)]);
      progress?.({ phase: "stop", subject: `${pids.size} processes`, done: false });
      const left = await endGroups([...pids]);
      for (const dir of dirs) removeDownloads(dir, lab);
      removeRegistry(registry, lab);
      return removed(entry || pids.size > 0 ? pids.size : 0, left);
    },

    async labs() {
      return listRegistry(registry)
        .filter((entry) => entry.runtime === "process")
        .map(labReport);
    },
  };
}

const actions: Record<Exclude<NodeAction, "start">, (node: RegisteredNode) => Promise<unknown>> = {
  async stop(node) {
    node.wanted = "stopped";
    await endGroups(alivePid(node));
  },
  async kill(node) {
    for (const pid of alivePid(node)) signalGroup(pid, "SIGKILL");
    await endGroups(alivePid(node));
  },
  async pause(node) {
    for (const pid of alivePid(node)) signalGroup(pid, "SIGSTOP");
    node.wanted = "paused";
  },
  async unpause(node) {
    for (const pid of alivePid(node)) signalGroup(pid, "SIGCONT");
    node.wanted = "running";
  },
  async remove(node) {
    await endGroups(alivePid(node));
  },
};

function alivePid(node: RegisteredNode): number[] {
  return isAlive(node.pid, node.started) ? [node.pid] : [];
}

/** Nodes of an earlier run have no place in a new one: they are forgotten once dead and ended by `down` before. */
function adopt(entry: RegistryEntry | undefined, plan: LabPlan): RegistryEntry {
  const kept = entry?.run === plan.run.run ? entry.nodes : {};
  return { lab: plan.lab, run: plan.run.run, runtime: "process", dir: plan.dir, nodes: { ...kept } };
}

async function remove(names: string[], entry: RegistryEntry, plan: LabPlan, progress: RuntimeOptions["progress"]) {
  await endGroups(names.flatMap((name) => (entry.nodes[name] ? alivePid(entry.nodes[name]) : [])));
  for (const name of names) {
    delete entry.nodes[name];
    removeFiles({ dir: plan.dir, lab: plan.lab }, name);
    progress?.({ phase: "remove", subject: name, done: true });
  }
}

function report(entry: RegistryEntry, name: string, node: RegisteredNode): NodeReport {
  const alive = isAlive(node.pid, node.started);
  const paused = alive && processState(node.pid).startsWith("T");
  const ended = node.wanted === "stopped" ? "stopped" : "failed";
  const running = paused ? "paused" : "running";
  return {
    name,
    role: node.role,
    run: entry.run,
    state: alive ? running : ended,
    exitCode: null,
    outOfMemory: false,
    uptime: null,
  };
}

function labReport(entry: RegistryEntry): LabReport {
  const nodes = Object.values(entry.nodes);
  return {
    lab: entry.lab,
    run: entry.run,
    runtime: "process",
    dir: entry.dir,
    origin: "lab",
    running: nodes.filter((node) => isAlive(node.pid, node.started)).length,
    nodes: nodes.length,
  };
}

function removed(nodes: number, left: string[]): Removed {
  return { nodes, networks: 0, volumes: 0, left };
}

function removeFiles(entry: { dir: string; lab: string }, node: string): void {
  rmSync(join(labFolder(entry.dir, entry.lab).data, node), { recursive: true, force: true });
}

function removeDownloads(dir: string, lab: string): void {
  const { data } = labFolder(dir, lab);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(dirname(data), { recursive: true });
}

function requireEntry(registry: string, lab: string): RegistryEntry {
  const entry = readRegistry(registry, lab);
  if (entry) return entry;
  throw new LabError("failed", `no lab "${lab}" is running`, { hint: "`lab ls` shows those that are." });
}

function requireNode(entry: RegistryEntry, name: string): RegisteredNode {
  const node = entry.nodes[name];
  if (node) return node;
  throw new LabError("usage", `the lab "${entry.lab}" has no node "${name}"`, {
    hint: `Nodes: ${Object.keys(entry.nodes).join(", ")}.`,
  });
}
