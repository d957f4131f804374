import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../errors.ts";
import { registryFolder } from "../../runtime/registry.ts";
import { formatBytes } from "../../units.ts";
import { openDockerRuntime, programsFolder } from "../runtimes.ts";
import { pickPort } from "../up/ports.ts";
import type { World } from "../world.ts";

export type Verdict = "ok" | "warning" | "failed";

export interface Finding {
  readonly verdict: Verdict;
  /** What was seen. */
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly run: (world: World) => Finding | Promise<Finding>;
}

const ENOUGH = { disk: 2 * 1024 ** 3, memory: 1024 ** 3 };

/** In the order in which they matter. */
export const checks: readonly Check[] = [
  { id: "node", title: "Node", run: checkNode },
  { id: "programs", title: "node programs", run: checkPrograms },
  { id: "engine", title: "Docker Engine", run: checkEngine },
  { id: "loopback", title: "ports on 127.0.0.1", run: checkLoopback },
  { id: "folder", title: "this folder", run: checkFolder },
  { id: "state", title: "list of labs", run: checkState },
  { id: "disk", title: "disk", run: checkDiskSpace },
  { id: "memory", title: "memory", run: checkMemory },
  { id: "neighbours", title: "neighbour table", run: checkNeighbours },
  { id: "terminal", title: "terminal", run: checkTerminal },
];

function checkNode(): Finding {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24) return { verdict: "ok", detail: process.versions.node };
  return {
    verdict: "failed",
    detail: `${process.versions.node} is too old`,
    fix: "Run `npm ci`, which brings Node 24.",
  };
}

function checkPrograms(world: World): Finding {
  const version = join(programsFolder(world), "version");
  if (existsSync(version)) return { verdict: "ok", detail: `built, version ${readFileSync(version, "utf8")}` };
  return { verdict: "failed", detail: "not built", fix: "Run `npm run build`." };
}

async function checkEngine(world: World): Promise<Finding> {
  try {
    const docker = await openDockerRuntime(world);
    if (docker.runtime) return { verdict: "ok", detail: docker.engine };
    return {
      verdict: "warning",
      detail: `none answers: ${docker.skipped.join("; ")}`,
      fix: "Labs run as local processes. To use containers start Docker and check it with `docker info`.",
    };
  } catch (error) {
    return {
      verdict: "failed",
      detail: messageOf(error),
      fix: "Correct or unset DOCKER_HOST, or use --runtime process.",
    };
  }
}

async function checkLoopback(): Promise<Finding> {
  try {
    await pickPort(undefined);
    return { verdict: "ok", detail: "can be opened" };
  } catch (error) {
    return {
      verdict: "failed",
      detail: messageOf(error),
      fix: "A firewall or a sandbox forbids listening on 127.0.0.1.",
    };
  }
}

function checkFolder(world: World): Finding {
  return writable(world.dir, "Call lab in a folder that you may write to: it keeps its files in .lab there.");
}

function checkState(world: World): Finding {
  const folder = registryFolder(world.env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    return {
      verdict: "failed",
      detail: messageOf(error),
      fix: "Set XDG_STATE_HOME to a folder that you may write to.",
    };
  }
  return writable(folder, "Set XDG_STATE_HOME to a folder that you may write to.");
}

function writable(folder: string, fix: string): Finding {
  try {
    accessSync(folder, constants.W_OK);
    return { verdict: "ok", detail: `${folder} can be written` };
  } catch (error) {
    return { verdict: "failed", detail: messageOf(error), fix };
  }
}

function checkDiskSpace(world: World): Finding {
  const { bavail, bsize } = statfsSync(world.dir);
  const free = bavail * bsize;
  const detail = `${formatBytes(free)} free`;
  if (free >= ENOUGH.disk) return { verdict: "ok", detail };
  return {
    verdict: "warning",
    detail,
    fix: "Every leecher keeps a copy of what it downloads: make room, or share less.",
  };
}

function checkMemory(): Finding {
  const detail = `${formatBytes(freemem())} free of ${formatBytes(totalmem())}`;
  if (totalmem() >= ENOUGH.memory) return { verdict: "ok", detail };
  return { verdict: "warning", detail, fix: "A peer takes 30 to 100 MB: keep the swarm small." };
}

/** The kernel keeps one table of neighbours for all containers: a full mesh of N peers needs N² entries of it. */
function checkNeighbours(): Finding {
  const file = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";
  if (!existsSync(file)) return { verdict: "ok", detail: "not Linux: the engine's own machine decides" };
  const limit = Number(readFileSync(file, "utf8"));
  const peers = Math.floor(Math.sqrt(limit));
  if (limit >= 4096) return { verdict: "ok", detail: `${limit} entries: enough for ${peers} containers` };
  return {
    verdict: "warning",
    detail: `${limit} entries: a swarm of more than ${peers} containers may lose connections`,
    fix: "sudo sysctl net.ipv4.neigh.default.gc_thresh3=65536",
  };
}

function checkTerminal(world: World): Finding {
  const { stdout, env } = world;
  if (!stdout.isTTY) return { verdict: "ok", detail: "not a terminal: plain lines" };
  const size = `${stdout.columns} × ${stdout.rows}, TERM=${env.TERM ?? ""}`;
  if (stdout.columns >= 80 && stdout.rows >= 24) return { verdict: "ok", detail: size };
  return { verdict: "warning", detail: size, fix: "The dashboard is at its best from 80 × 24 on." };
}
