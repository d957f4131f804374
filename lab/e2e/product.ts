import { randomBytes } from "node:crypto";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { BIN, docker, type Scene } from "./scene.ts";

const root = dirname(dirname(BIN));

export interface Product {
  readonly bin: string;
  /** Of the nodes, if one is built. */
  readonly image: string;
}

/** A copy of the product with other files in its node bundle, and so with an image of its own, which goes with the test. */
export function otherProduct({ dir }: Scene, files: Readonly<Record<string, string>>): Product {
  const copy = join(dir, "product");
  for (const part of ["lab/bin.cjs", "package.json", "profiles", "images", ".build"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const version = `test-${randomBytes(4).toString("hex")}`;
  for (const [name, text] of Object.entries({ ...files, version }))
    writeFileSync(join(copy, ".build/node", name), text);
  const image = `torrent-lab/node:${version}`;
  onTestFinished(async () => {
    await docker("rmi", "--force", image).catch(() => {});
  });
  return { bin: join(copy, "lab/bin.cjs"), image };
}
