import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { hasCode, LabError } from "../../errors.ts";
import type { RuntimeEvent, RuntimeOptions } from "../runtime.ts";
import { hasStatus } from "./client.ts";
import { type CommandResult, run } from "./command.ts";
import { clientEnvironment, type Engine } from "./engine.ts";
import { labels } from "./labels.ts";
import { buildEvent } from "./progress.ts";

export interface ImageOptions extends RuntimeOptions {
  /** Folder of the node bundle with its `Dockerfile` and `version`: the whole build context. */
  readonly programs: string;
  /** Builds even when the image is there. */
  readonly always: boolean;
  /** Asks no registry for anything. */
  readonly offline: boolean;
  readonly env: NodeJS.ProcessEnv;
}

type BuildOptions = Pick<ImageOptions, "programs" | "env" | "signal" | "progress">;

const REPOSITORY = "torrent-lab/node";

/**
 * The image of the node programs, built when it is missing; its tag is the bundle's hash, so a stale one is a missing one.
 * `NODE_IMAGE` in the environment names another base image.
 * @returns `torrent-lab/node:HASH`.
 * @throws LabError environment with the build's last lines when it cannot be built.
 */
export async function ensureImage(client: Docker, engine: Engine, options: ImageOptions): Promise<string> {
  const tag = await imageOf(options.programs);
  if (!options.always && (await hasImage(client, tag))) return tag;
  const base = await baseImage(options);
  if (options.offline && !(await hasImage(client, base))) throw notOffline(base);
  options.progress?.(building(tag, false));
  const result = await buildImage(engine, tag, options).finally(() => forgetUnnamed(client));
  if (result.exitCode !== 0) throw buildFailed(result, base);
  options.progress?.(building(tag, true));
  return tag;
}

/** What a rebuild has replaced, and what the classic builder leaves of a build that failed. */
async function forgetUnnamed(client: Docker): Promise<void> {
  await client.pruneImages({ filters: { dangling: ["true"], label: [`${labels.image}=node`] } }).catch(() => {});
}

/** The tag of the image of this bundle. @throws LabError environment when there is no bundle. */
export async function imageOf(programs: string): Promise<string> {
  return `${REPOSITORY}:${await bundleVersion(programs)}`;
}

/** Removes images of ours other than those in `keep`; what a container uses stays. @returns how many went. */
export async function pruneImages(
  client: Docker,
  keep: readonly string[],
  kind: "node" | "tc" = "node",
): Promise<number> {
  const images = await client.listImages({ filters: { label: [`${labels.image}=${kind}`] } });
  const old = images.filter(({ RepoTags }) => !RepoTags?.some((tag) => keep.includes(tag)));
  const removed = await Promise.all(old.map((image) => removeImage(client, image)));
  return removed.filter(Boolean).length;
}

async function removeImage(client: Docker, image: Docker.ImageInfo): Promise<boolean> {
  const names = image.RepoTags?.filter((tag) => tag !== "<none>:<none>");
  try {
    for (const name of names?.length ? names : [image.Id]) await client.getImage(name).remove();
    return true;
  } catch (error) {
    if (hasStatus(error, 404, 409)) return false;
    throw error;
  }
}

async function bundleVersion(programs: string): Promise<string> {
  try {
    return (await readFile(join(programs, "version"), "utf8")).trim();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new LabError("environment", `the node programs are not built: there is no ${join(programs, "version")}`, {
      hint: "run npm run build",
      cause: error,
    });
  }
}

export async function hasImage(client: Docker, name: string): Promise<boolean> {
  try {
    await client.getImage(name).inspect();
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}

async function baseImage({ programs, env }: ImageOptions): Promise<string> {
  if (env.NODE_IMAGE) return env.NODE_IMAGE;
  const dockerfile = await readFile(join(programs, "Dockerfile"), "utf8");
  return /^ARG NODE_IMAGE=(\S+)/m.exec(dockerfile)?.[1] ?? "the base image";
}

/**
 * Builds the Dockerfile of a folder. The engine's own command does it: it takes the user's credentials and proxies along.
 */
export function buildImage(
  engine: Engine,
  tag: string,
  { programs, env, signal, progress }: BuildOptions,
): Promise<CommandResult> {
  const tool = engine.kind === "podman" && engine.compose.command[0] !== "docker" ? "podman" : "docker";
  const argv = [tool, "build", "--force-rm", "--tag", tag, "--file", join(programs, "Dockerfile")];
  if (env.NODE_IMAGE) argv.push("--build-arg", `NODE_IMAGE=${env.NODE_IMAGE}`);
  argv.push(programs);
  return run(argv, {
    env: { ...clientEnvironment(engine, env), BUILDKIT_PROGRESS: "plain" },
    line: (line) => {
      const event = buildEvent(line, tag);
      if (event) progress?.(event);
    },
    ...(signal ? { signal } : {}),
  });
}

const building = (tag: string, done: boolean): RuntimeEvent => ({ phase: "build", subject: tag, done });

function notOffline(base: string): LabError {
  return new LabError("environment", `the image of the nodes has to be built, but its base ${base} is not here`, {
    hint: `run once without --offline, or docker pull ${base}`,
  });
}

function buildFailed({ startError, tail }: CommandResult, base: string): LabError {
  if (startError) {
    return new LabError("environment", "the image of the nodes has to be built, but there is no docker command here", {
      hint: "install Docker's command line",
    });
  }
  return new LabError("environment", `the image of the nodes could not be built:\n${tail.join("\n")}`, {
    hint: `it needs ${base}: pull it once (docker pull ${base}), name another one with NODE_IMAGE=IMAGE, or do without an image: --runtime process`,
  });
}
