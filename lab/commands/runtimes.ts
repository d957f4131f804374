import { join } from "node:path";
import type { RuntimeKind } from "../api/words.ts";
import { LabError, messageOf } from "../errors.ts";
import type { Detection } from "../runtime/docker/detect.ts";
import type { EngineSurvey } from "../runtime/docker/survey.ts";
import { processRuntime } from "../runtime/process/process-runtime.ts";
import { registryFolder } from "../runtime/registry.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { World } from "./world.ts";

/** Local processes: always there. */
export function openProcessRuntime(world: World): Runtime {
  return processRuntime({ programs: programsFolder(world), registry: registryFolder(world.env) });
}

/** The node bundle: the programs, and the image's build context. */
export function programsFolder(world: World): string {
  return join(world.root, ".build", "node");
}

export type DockerAnswer =
  | { readonly runtime: Runtime; readonly engine: string; readonly survey: () => Promise<EngineSurvey> }
  /** Why each candidate was passed over. */
  | { readonly runtime: undefined; readonly skipped: readonly string[] };

export interface ImageFlags {
  /** Build the image even if it is there. */
  readonly build?: boolean;
  /** Never pull an image. */
  readonly offline?: boolean;
}

/** The engine that answers, if one does. Throws for one that was named (`DOCKER_HOST`) and does not. */
export async function openDockerRuntime(world: World, flags: ImageFlags = {}): Promise<DockerAnswer> {
  const { dockerRuntime } = await import("../runtime/docker/docker-runtime.ts");
  const found = await detectOnce(world);
  if ("skipped" in found) {
    return { runtime: undefined, skipped: found.skipped.map(({ candidate, reason }) => `${candidate}: ${reason}`) };
  }
  const { engine } = found;
  const base = join(world.root, "images/node/compose.yaml");
  const runtime = dockerRuntime({ ...flags, engine, programs: programsFolder(world), base, env: world.env });
  return {
    runtime,
    engine: `${engine.kind} ${engine.version}, Compose ${engine.compose.version}, ${engine.source}`,
    survey: async () => (await import("../runtime/docker/survey.ts")).surveyEngine(engine),
  };
}

export type EngineAnswer =
  | { readonly runtime: Runtime }
  /** `isNamed`: the user chose the engine (`DOCKER_HOST`, a context). */
  | { readonly runtime: undefined; readonly reason: string; readonly isNamed: boolean };

/** The engine that answers, or why none does, for who goes on without containers. */
export async function lookForEngine(world: World): Promise<EngineAnswer> {
  try {
    const docker = await openDockerRuntime(world);
    if (docker.runtime) return { runtime: docker.runtime };
    return { runtime: undefined, reason: noEngine(docker.skipped), isNamed: false };
  } catch (error) {
    return { runtime: undefined, reason: messageOf(error), isNamed: true };
  }
}

const noEngine = (skipped: readonly string[]): string => `no Docker Engine answers (${skipped.join("; ")})`;

const detections = new WeakMap<World, Promise<Detection>>();
/** A dashboard may be open for hours: an engine that was not there may have been started. */
const FORGET_MS = 10_000;

/** A command looks for its lab and then for a runtime: an engine that is silent is waited for once. */
function detectOnce(world: World): Promise<Detection> {
  const known = detections.get(world);
  if (known) return known;
  const detection = import("../runtime/docker/detect.ts").then(({ detectEngine, thisMachine }) =>
    detectEngine({ ...thisMachine(), env: world.env }),
  );
  detections.set(world, detection);
  const forget = () => void setTimeout(() => detections.delete(world), FORGET_MS).unref();
  detection.then((found) => "skipped" in found && forget(), forget);
  return detection;
}

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** Why it is this one, for people. */
  readonly reason: string;
}

/** `--runtime`: the one that was asked for, or Docker where an engine answers. Throws environment errors. */
export async function chooseRuntime(
  world: World,
  asked: "auto" | RuntimeKind,
  flags: ImageFlags,
): Promise<ChosenRuntime> {
  if (asked === "process") return { runtime: openProcessRuntime(world), reason: "asked for" };
  const docker = await openDockerRuntime(world, flags);
  if (docker.runtime) return { runtime: docker.runtime, reason: docker.engine };
  if (asked === "auto") {
    return { runtime: openProcessRuntime(world), reason: `no Docker Engine answers: ${docker.skipped.join("; ")}` };
  }
  throw new LabError("environment", noEngine(docker.skipped), {
    hint: "Start one and check it with `docker info`, or leave out --runtime docker to run local processes.",
  });
}
