import { homedir, hostname, networkInterfaces } from "node:os";
import { LabError } from "../../errors.ts";
import { type Candidate, candidates, type NoCandidate, usualSockets, type World } from "./candidates.ts";
import { connect } from "./client.ts";
import { run } from "./command.ts";
import { atLeast, type Compose, type Engine, floors, type Skipped } from "./engine.ts";
import { engineMessage } from "./engine-error.ts";

export type Detection = { readonly engine: Engine } | { readonly skipped: readonly Skipped[] };

/** Longest wait for any one answer, in milliseconds. */
const PROBE_TIMEOUT = 3000;

/**
 * Finds a container engine that can run a lab here, or says why each candidate cannot.
 * @throws LabError environment when `DOCKER_HOST` or a named context does not answer or does not do, and when the engine
 * found first is another machine's: its bind mounts would show that machine's files.
 */
export async function detectEngine(world: World = thisMachine()): Promise<Detection> {
  const skipped: Skipped[] = [];
  const compose = findCompose(world);
  const askContext = () => run(["docker", "context", "inspect"], { env: world.env, timeout: PROBE_TIMEOUT });
  for await (const candidate of candidates(world, askContext)) {
    const answer = "reason" in candidate ? candidate : await probe(candidate, world, compose);
    if ("engine" in answer) return answer;
    skipped.push({ candidate: candidate.name, reason: answer.reason });
    if (candidate.chosen) throw chosenFails(candidate, answer.reason);
  }
  return { skipped };
}

export function thisMachine(): World {
  return {
    env: process.env,
    platform: process.platform,
    hostname: hostname(),
    sockets: usualSockets(process.platform, {
      home: homedir(),
      uid: process.getuid?.(),
      runtimeDir: process.env.XDG_RUNTIME_DIR,
    }),
  };
}

type Answer = { readonly engine: Engine } | { readonly reason: string };

async function probe(candidate: Candidate, world: World, compose: Promise<Compose | string>): Promise<Answer> {
  const { host, name } = candidate;
  if (!isLocal(host)) throw elsewhere(candidate);
  const found = await ask(host);
  if (typeof found === "string") return { reason: found };
  const { kind, version } = found;
  if (!atLeast(version, floors[kind])) return { reason: `${kind} ${version} is older than ${floors[kind]}` };
  if (found.os !== "linux") return { reason: `it runs ${found.os} containers, a lab needs Linux ones` };
  if (found.remaps)
    return { reason: "it maps user ids (userns-remap), so that containers cannot read this user's files" };
  const composed = await compose;
  if (typeof composed === "string") return { reason: composed };
  const sharesFiles = !host.startsWith("tcp:") && found.machine === world.hostname;
  return {
    engine: { kind, host, source: name, version, rootless: found.rootless, sharesFiles, compose: composed },
  };
}

interface Found {
  readonly kind: Engine["kind"];
  readonly version: string;
  readonly os: string;
  readonly rootless: boolean;
  /** Whether users of its containers are others here (userns-remap). */
  readonly remaps: boolean;
  /** The engine's name for the machine that it runs on. */
  readonly machine: string;
}

/** What answers at `host`, or why nothing does. */
async function ask(host: string): Promise<Found | string> {
  try {
    const client = await connect(host, PROBE_TIMEOUT);
    const [version, info] = await withDeadline(Promise.all([client.version(), client.info()]));
    const options: string[] = info.SecurityOptions ?? [];
    const hasOption = (name: string) => options.some((option) => option.includes(`name=${name}`));
    const podman = version.Components?.find((component) => component.Name === "Podman Engine");
    return {
      kind: podman ? "podman" : "docker",
      version: podman?.Version ?? version.Version,
      os: info.OSType ?? "linux",
      rootless: hasOption("rootless"),
      remaps: hasOption("userns"),
      machine: info.Name,
    };
  } catch (error) {
    return whyNot(error, host);
  }
}

/** dockerode's own time-out starts again with every byte; this one does not. */
async function withDeadline<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(Object.assign(new Error("too slow"), { code: "ETIMEDOUT" })), PROBE_TIMEOUT);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}

function whyNot(error: unknown, host: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const where = host.replace(/^unix:\/\//, "");
  switch (code) {
    case "ENOENT":
      return `there is no ${where}`;
    case "EACCES":
    case "EPERM":
      return `you may not use ${where} (is your user in the group docker?)`;
    case "ECONNREFUSED":
      return `nothing listens at ${where}`;
    case "ETIMEDOUT":
    case "ECONNRESET":
      return `${where} gave no answer within ${PROBE_TIMEOUT / 1000} s`;
    default:
      return `${where}: ${engineMessage(error)}`;
  }
}

/** Whether the address is a socket here or one of this machine's own network addresses. */
function isLocal(host: string): boolean {
  if (/^(unix|npipe):\/\//.test(host)) return true;
  if (!host.startsWith("tcp://") || !URL.canParse(host)) return false;
  const name = new URL(host).hostname.replace(/^\[|\]$/g, "");
  if (name === "localhost" || /^127\./.test(name)) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((entry) => entry.address === name));
}

function elsewhere({ name, host }: Candidate): LabError {
  return new LabError(
    "environment",
    `the engine of ${name} (${host}) is on another machine and cannot see this folder`,
    {
      hint: "point DOCKER_HOST or the Docker context at an engine of this machine, or use --runtime process",
    },
  );
}

function chosenFails(candidate: Candidate | NoCandidate, reason: string): LabError {
  const { name } = candidate;
  const where = "host" in candidate ? ` (${candidate.host})` : "";
  return new LabError("environment", `the engine of ${name}${where} cannot be used: ${reason}`, {
    hint: name === "DOCKER_HOST" ? "start it, or unset DOCKER_HOST" : "start it, or unset DOCKER_CONTEXT",
  });
}

/** Docker Compose, new enough, or why there is none. */
async function findCompose({ env }: World): Promise<Compose | string> {
  const commands = [["docker", "compose"], ["docker-compose"]];
  const answers = await Promise.all(
    commands.map((command) => run([...command, "version", "--short"], { env, timeout: PROBE_TIMEOUT })),
  );
  const versions = answers.map(({ exitCode, stdout }) => (exitCode === 0 ? stdout.trim() : ""));
  const index = versions.findIndex((version) => version && atLeast(version, floors.compose));
  const command = commands[index];
  if (command) return { command, version: versions[index] ?? "" };
  const old = versions.find((version) => version);
  const found = old ? `the Compose here is ${old}` : "there is none here";
  return `Docker Compose ${floors.compose} or newer is needed, ${found}`;
}
