import { join } from "node:path";
import { LabError } from "../../errors.ts";
import { sampleFile } from "../../torrents/sample.ts";
import { formatBytes, parseBytes, printable } from "../../units.ts";
import { catchInterrupts } from "../interrupts.ts";
import { sourcesFolder } from "../sources-folder.ts";
import { print, type World } from "../world.ts";

/** `lab sample SIZE`. */
export async function sample(world: World, size: string, flags: { file: string; seed: string }): Promise<void> {
  const bytes = parseBytes(size);
  if (bytes === undefined || bytes < 1)
    throw new LabError("usage", `"${printable(size)}" is no size`, { hint: "Write it like 64MiB." });
  if (!/^\d{1,9}$/.test(flags.seed))
    throw new LabError("usage", `"${printable(flags.seed)}" is no seed`, { hint: "It is a number." });
  const name = flags.file || `sample-${size.replace(/[^\w.]/g, "")}.bin`;
  if (name.includes("/") || name.startsWith("."))
    throw new LabError("usage", `"${printable(name)}" is no name for a file in sources/`);
  using interrupts = catchInterrupts();
  await sampleFile(join(sourcesFolder(world.dir), name), bytes, {
    seed: Number(flags.seed),
    signal: interrupts.signal,
  });
  print(world, `made sources/${printable(name)}, ${formatBytes(bytes)}`);
}
