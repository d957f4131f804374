import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { changeNode, changeRegistry } from "../change-registry.ts";
import { labFolder } from "../folder.ts";
import {
  isHere,
  listRegistry,
  type RegisteredNode,
  type RegistryEntry,
  readRegistry,
  removeRegistry,
} from "../registry.ts";
import { removePath } from "../remove.ts";
import type { NodeAction, Removed, Runtime, RuntimeOptions, UpOptions } from "../runtime.ts";
import { endGroups, signalGroup } from "./end.ts";
import { isPaused, lives } from "./lives.ts";
import { type LogSource, readLogs } from "./logs.ts";
import { labReport, nodeReports } from "./report.ts";
import { launchOf, nodeFiles, startNode } from "./start.ts";
import { strays } from "./strays.ts";

export interface ProcessRuntimeOptions {
  /** The folder of the node bundle. */
  readonly programs: string;
  /** The registry's folder. */
  readonly registry: string;
}

/** Every node a process group of its own on 127.0.0.1, which outlives the command that started it. */
export function processRuntime({ programs, registry }: ProcessRuntimeOptions): Runtime {
  const read = (lab: string) => readProcessLab(registry, lab);
  return {
    kind: "process",
    up: (plan, options) => up(programs, registry, plan, options),
    async act(lab, name, action) {
      const entry = read(lab);
      if (!entry)
        throw new LabError("failed", `no lab "${lab}" is running`, { hint: "`lab ls` shows those that are." });
      const change: ActionContext["change"] = (toWhat) => changeNode(registry, lab, name, toWhat);
      await actions[action](requireNode(entry, name), { entry, name, programs, change });
    },
    async nodes(lab) {
      const entry = read(lab);
      return entry ? nodeReports(entry) : [];
    },
    async *logs(lab, query) {
      const entry = read(lab);
      if (!entry) return;
      if (query.node !== undefined) requireNode(entry, query.node);
      yield* readLogs(() => logSources(read(lab), query.node), query);
    },
    down: (lab, options) => down(registry, lab, options),
    async labs() {
      return listRegistry(registry)
        .filter((entry) => entry.runtime === "process" && isHere(entry))
        .map(labReport);
    },
  };
}

function readProcessLab(registry: string, lab: string): RegistryEntry | undefined {
  const entry = readRegistry(registry, lab);
  return entry?.runtime === "process" ? entry : undefined;
}

/** The logs of all nodes there are, or of one. */
function logSources(entry: RegistryEntry | undefined, only: string | undefined): LogSource[] {
  if (!entry) return [];
  const names = Object.keys(entry.nodes).filter((name) => only === undefined || name === only);
  return names.map((node) => ({ node, file: nodeFiles(entry.dir, entry.lab, entry.run, node).log }));
}

async function up(programs: string, registry: string, plan: LabPlan, options: UpOptions): Promise<void> {
  const { only, signal, progress } = options;
  signal?.throwIfAborted();
  await takeOver(registry, plan, progress);
  await endChanged(registry, plan, options);
  for (const node of plan.nodes) {
    signal?.throwIfAborted();
    if (only && !only.includes(node.name)) continue;
    // Written down at once, so that a crash of this command between two nodes loses none.
    changeNode(registry, plan.lab, node.name, (known) => {
      if (!known || !lives(known)) {
        const files = nodeFiles(plan.dir, plan.lab, plan.run.run, node.name);
        return startNode(programs, files, { ...node, launch: launchOf(node) });
      }
      if (isPaused(known)) signalGroup(known.pid, "SIGCONT");
      return known;
    });
    progress?.({ phase: "start", subject: node.name, done: true });
  }
}

/** Ends the nodes that the plan no longer has, and those of an earlier run; the lab's entry is without them then. */
async function takeOver(registry: string, plan: LabPlan, progress: RuntimeOptions["progress"]): Promise<void> {
  const isKept = ([name, node]: [string, RegisteredNode]) =>
    plan.nodes.some((planned) => planned.name === name) && node.launch.environment.LAB_RUN === plan.run.run;
  const known = Object.entries(readProcessLab(registry, plan.lab)?.nodes ?? {});
  const gone = known.filter((one) => !isKept(one));
  await endGroups(
    gone
      .map(([, node]) => node)
      .filter(lives)
      .map(({ pid }) => pid),
  );
  for (const [name] of gone) {
    removeDownloads(plan.dir, plan.lab, name);
    progress?.({ phase: "remove", subject: name, done: true });
  }
  const { lab, dir, run } = plan;
  // Those that stay are read anew: meanwhile one may have been stopped.
  changeRegistry(registry, lab, (entry) => {
    const nodes = Object.fromEntries(Object.entries(entry?.nodes ?? {}).filter(isKept));
    return { lab, run: run.run, runtime: "process", dir, nodes };
  });
}

/** Ends the nodes that the plan starts otherwise than they were started. They keep their downloads. */
async function endChanged(registry: string, plan: LabPlan, { only, progress }: UpOptions): Promise<void> {
  const known = readProcessLab(registry, plan.lab)?.nodes ?? {};
  const changed = plan.nodes.flatMap((planned) => {
    const node = known[planned.name];
    const mayStart = only?.includes(planned.name) ?? true;
    return node && mayStart && lives(node) && !isDeepStrictEqual(node.launch, launchOf(planned))
      ? [{ name: planned.name, pid: node.pid }]
      : [];
  });
  await endGroups(changed.map(({ pid }) => pid));
  for (const { name } of changed) progress?.({ phase: "stop", subject: name, done: true });
}

interface ActionContext {
  readonly entry: RegistryEntry;
  readonly name: string;
  readonly programs: string;
  /** Changes the node's record, and nothing when the lab is gone. */
  readonly change: (toWhat: (node: RegisteredNode | undefined) => RegisteredNode | undefined) => void;
}

const actions: Record<NodeAction, (node: RegisteredNode, context: ActionContext) => Promise<unknown>> = {
  async start(_node, { entry, name, programs, change }) {
    const files = nodeFiles(entry.dir, entry.lab, entry.run, name);
    change((node) => (!node || lives(node) ? node : startNode(programs, files, { ...node, name })));
  },
  async stop(node, { change }) {
    if (!lives(node)) return;
    // Beforehand: who looks while it ends is to see a stop, not a failure.
    change((now) => now && { ...now, wanted: "stopped" });
    await endGroups([node.pid]);
  },
  async kill(node) {
    if (!lives(node)) return;
    signalGroup(node.pid, "SIGKILL");
    await endGroups([node.pid]);
  },
  async pause(node) {
    if (!lives(node)) return;
    signalGroup(node.pid, "SIGSTOP");
    await seen(() => isPaused(node) || !lives(node));
  },
  async unpause(node) {
    if (!lives(node)) return;
    signalGroup(node.pid, "SIGCONT");
    await seen(() => !isPaused(node));
  },
  async remove(node, { entry, name, change }) {
    if (lives(node)) await endGroups([node.pid]);
    change(() => undefined);
    removeDownloads(entry.dir, entry.lab, name);
  },
};

const SEEN = { patience: 1000, poll: 5 };

/** A busy machine carries a signal out a while after it was sent: who asks after the action is to see what it did. */
async function seen(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + SEEN.patience;
  while (!isSo() && performance.now() < deadline) await delay(SEEN.poll);
}

async function down(registry: string, lab: string, { progress }: RuntimeOptions): Promise<Removed> {
  const entry = readProcessLab(registry, lab);
  const known = Object.values(entry?.nodes ?? {});
  const alive = known.filter(lives).map(({ pid }) => pid);
  const unknown = strays(lab).filter(({ group }) => !alive.includes(group));
  const groups = new Set([...alive, ...unknown.map(({ group }) => group)]);
  if (groups.size > 0) progress?.({ phase: "stop", subject: `${groups.size} processes`, done: false });
  const left = await endGroups([...groups]);
  const dirs = [entry?.dir, ...unknown.map(({ dir }) => dir)].filter((dir) => dir !== undefined);
  for (const dir of new Set(dirs)) removeDownloads(dir, lab);
  if (entry && left.length === 0) removeRegistry(registry, lab);
  return { nodes: new Set([...known.map(({ pid }) => pid), ...groups]).size, networks: 0, volumes: 0, left };
}

/** One node's, or all of the lab's. */
function removeDownloads(dir: string, lab: string, node = ""): void {
  removePath(join(labFolder(dir, lab).data, node));
}

function requireNode(entry: RegistryEntry, name: string): RegisteredNode {
  const node = entry.nodes[name];
  if (node) return node;
  throw new LabError("usage", `the lab "${entry.lab}" has no node "${name}"`, {
    hint: `Nodes: ${Object.keys(entry.nodes).join(", ")}.`,
  });
}
