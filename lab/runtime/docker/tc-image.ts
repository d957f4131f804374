import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import type { RuntimeOptions } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { buildImage, hasImage, pruneImages } from "./image.ts";

export interface TcImageOptions extends RuntimeOptions {
  /** The file that every container extends (`images/node/compose.yaml`); `images/tc` is found from there. */
  readonly base: string;
  readonly offline: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The image with `tc`, built when it is missing; only labs with links need it. Its tag is the hash of what it is made of.
 * @throws LabError environment when it cannot be built.
 */
export async function ensureTcImage(client: Docker, engine: Engine, options: TcImageOptions): Promise<string> {
  const tag = await tcImageOf(options.base, options.env);
  if (await hasImage(client, tag)) return tag;
  if (options.offline)
    throw new LabError("environment", "the image with tc is not here, and building it needs a network");
  options.progress?.({ phase: "build", subject: tag, done: false });
  const { exitCode, tail } = await buildImage(engine, tag, { ...options, programs: folderOf(options.base) });
  if (exitCode !== 0) throw new LabError("environment", `the image with tc could not be built: ${tail.at(-1) ?? ""}`);
  options.progress?.({ phase: "build", subject: tag, done: true });
  await pruneImages(client, [tag], "tc");
  return tag;
}

const folderOf = (base: string) => join(dirname(base), "../tc");

/** The tag of the image with `tc`, from its Dockerfile and the base image that was asked for. */
export async function tcImageOf(base: string, env: NodeJS.ProcessEnv): Promise<string> {
  const dockerfile = await readFile(join(folderOf(base), "Dockerfile"));
  const version = createHash("sha256")
    .update(dockerfile)
    .update(env.NODE_IMAGE ?? "")
    .digest("hex");
  return `torrent-lab/tc:${version.slice(0, 16)}`;
}
