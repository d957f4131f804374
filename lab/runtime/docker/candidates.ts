import { join } from "node:path";
import type { CommandResult } from "./command.ts";

/** What detection looks at, passed in so that tests can be any machine. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly hostname: string;
  readonly home: string;
  readonly uid: number | undefined;
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
  for (const candidate of sockets(world)) {
    if (seen.has(candidate.host)) continue;
    seen.add(candidate.host);
    yield candidate;
  }
}

function contextCandidate(answer: CommandResult, wanted: string | undefined): Candidate | NoCandidate {
  const name = "Docker context";
  if (answer.startError) return { name, reason: "there is no docker command on this machine" };
  if (answer.exitCode === null) return { name, reason: "docker context inspect gave no answer within 3 s" };
  const context = answer.exitCode === 0 ? parseContext(answer.stdout) : undefined;
  if (context === undefined) return { name, reason: answer.tail.at(-1) ?? "docker context inspect failed" };
  return { name: `${name} ${context.name}`, host: context.host, chosen: wanted !== undefined };
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

function sockets({ env, platform, home, uid }: World): Candidate[] {
  if (platform === "win32") return [{ name: "default pipe", host: "npipe:////./pipe/docker_engine", chosen: false }];
  const runtimeDir = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  const places: [string, string | undefined][] = [
    ["default socket", "/var/run/docker.sock"],
    ["Docker Desktop's socket", platform === "darwin" ? join(home, ".docker/run/docker.sock") : undefined],
    ["rootless Docker's socket", runtimeDir && join(runtimeDir, "docker.sock")],
    ["Podman's socket", runtimeDir && join(runtimeDir, "podman/podman.sock")],
    ["Podman's system socket", "/run/podman/podman.sock"],
  ];
  return places.flatMap(([name, path]) => (path ? [{ name, host: `unix://${path}`, chosen: false }] : []));
}
