import { join } from "node:path";
import type { CommandResult } from "./command.ts";

/** What detection looks at, passed in so that tests can be any machine. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly hostname: string;
  /** Where engines usually listen: what it is called, and its socket's path. */
  readonly sockets: readonly (readonly [name: string, path: string])[];
}

/** A place where an engine may be. */
export interface Candidate {
  readonly name: string;
  readonly host: string;
  /** Chosen by the user: when it does not answer, nothing else is tried. */
  readonly chosen: boolean;
}

export interface NoCandidate {
  readonly name: string;
  readonly reason: string;
  readonly chosen: boolean;
}

/** Asks the `docker` command; `docker context inspect` in the caller's environment. */
export type AskContext = () => Promise<CommandResult>;

/**
 * Where an engine may be, in the order in which they are asked: `DOCKER_HOST` and then nothing else, the current context,
 * the default socket, Podman's socket. An address is named once.
 */
export async function* candidates(world: World, askContext: AskContext): AsyncGenerator<Candidate | NoCandidate> {
  const chosen = world.env.DOCKER_HOST;
  if (chosen) {
    yield { name: "DOCKER_HOST", host: chosen.includes("://") ? chosen : `tcp://${chosen}`, chosen: true };
    return;
  }
  const context = contextCandidate(await askContext(), world.env.DOCKER_CONTEXT);
  yield context;
  const seen = new Set("host" in context ? [context.host] : []);
  const scheme = world.platform === "win32" ? "npipe" : "unix";
  for (const [name, path] of world.sockets) {
    const host = `${scheme}://${path}`;
    if (!seen.has(host)) yield { name, host, chosen: false };
  }
}

function contextCandidate(answer: CommandResult, wanted: string | undefined): Candidate | NoCandidate {
  const name = "Docker context";
  const chosen = wanted !== undefined;
  if (answer.startError) return { name, chosen, reason: "there is no docker command on this machine" };
  if (answer.exitCode === null) return { name, chosen, reason: "docker context inspect gave no answer within 3 s" };
  const context = answer.exitCode === 0 ? parseContext(answer.stdout) : undefined;
  if (!context) return { name, chosen, reason: answer.tail.at(-1) ?? "docker context inspect failed" };
  return { name: `${name} ${context.name}`, host: context.host, chosen };
}

function parseContext(text: string): { name: string; host: string } | undefined {
  try {
    const [context] = JSON.parse(text) as [{ Name?: unknown; Endpoints?: { docker?: { Host?: unknown } } }?];
    const host = context?.Endpoints?.docker?.Host;
    return typeof host === "string" && host ? { name: String(context?.Name), host } : undefined;
  } catch {
    return undefined;
  }
}

/** The usual sockets of this platform. */
export function usualSockets(
  platform: NodeJS.Platform,
  { home, uid, runtimeDir }: { home: string; uid: number | undefined; runtimeDir: string | undefined },
): [string, string][] {
  const own = runtimeDir || `/run/user/${uid}`;
  if (platform === "win32") return [["default pipe", "//./pipe/docker_engine"]];
  return [
    ["default socket", "/var/run/docker.sock"],
    ...(platform === "darwin"
      ? [["Docker Desktop's socket", join(home, ".docker/run/docker.sock")] as [string, string]]
      : []),
    ["rootless Docker's socket", join(own, "docker.sock")],
    ["Podman's socket", join(own, "podman/podman.sock")],
    ["Podman's system socket", "/run/podman/podman.sock"],
  ];
}
