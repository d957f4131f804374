import { join } from "node:path";
import type { RuntimeKind } from "../api/words.ts";
import { LabError } from "../errors.ts";
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
  | { readonly runtime: Runtime; readonly engine: string }
  /** Why each candidate was passed over. */
  | { readonly runtime: undefined; readonly skipped: readonly string[] };

/** The engine that answers, if one does. Throws for one that was named (`DOCKER_HOST`) and does not. */
export async function openDockerRuntime(world: World): Promise<DockerAnswer> {
  const { openDocker } = await import("../runtime/docker/open.ts");
  return openDocker({
    env: world.env,
    programs: programsFolder(world),
    baseCompose: join(world.root, "compose.yaml"),
  });
}

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** Why it is this one, for people. */
  readonly reason: string;
}

/** `--runtime`: the one that was asked for, or Docker where an engine answers. Throws environment errors. */
export async function chooseRuntime(world: World, asked: "auto" | RuntimeKind): Promise<ChosenRuntime> {
  if (asked === "process") return { runtime: openProcessRuntime(world), reason: "asked for" };
  const docker = await openDockerRuntime(world);
  if (docker.runtime) return { runtime: docker.runtime, reason: docker.engine };
  if (asked === "auto") {
    return { runtime: openProcessRuntime(world), reason: `no Docker Engine answers: ${docker.skipped.join("; ")}` };
  }
  throw new LabError("environment", `no Docker Engine answers (${docker.skipped.join("; ")})`, {
    hint: "Start one and check it with `docker info`, or leave out --runtime docker to run local processes.",
  });
}
