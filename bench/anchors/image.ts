import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { messageOf } from "../../lab/errors.ts";
import { run } from "../parts/command.ts";

const FOLDER = import.meta.dirname;
let image: Promise<Anchors> | undefined;

/** The image with all anchors, or why there is none. */
export type Anchors =
  | { readonly kind: "image"; readonly image: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Builds the image where it is not there yet; its tag is the hash of what it is made of. */
export function anchorImage(): Promise<Anchors> {
  image ??= build();
  return image;
}

async function build(): Promise<Anchors> {
  const tag = `torrent-lab/anchors:${digest()}`;
  try {
    if ((await run("docker", ["images", "-q", tag])).trim() === "")
      await run("docker", ["build", "-q", "-t", tag, "--label", "lab.image=anchors", FOLDER]);
    return { kind: "image", image: tag };
  } catch (error) {
    return { kind: "missing", reason: `no image of the anchors: ${messageOf(error)}` };
  }
}

function digest(): string {
  const hash = createHash("sha256");
  const files = readdirSync(FOLDER).filter((name) => name === "Dockerfile" || name.endsWith(".py"));
  for (const name of files.sort()) hash.update(name).update(readFileSync(`${FOLDER}/${name}`));
  return hash.digest("hex").slice(0, 16);
}
