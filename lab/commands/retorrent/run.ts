import { exitCodes } from "../../errors.ts";
import { printable } from "../../units.ts";
import { sayDown } from "../end-of-lab.ts";
import { connectLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import type { RetorrentFlags } from "../retorrent.ts";
import { print, shortPath, tell, type World } from "../world.ts";
import { retorrent } from "./retorrent.ts";
import { retorrentOnChange } from "./watch.ts";

/** `lab retorrent [--watch]`. */
export async function runRetorrent(world: World, flags: RetorrentFlags): Promise<number> {
  using interrupts = catchInterrupts();
  const request = { signal: interrupts.signal, ...(flags.name === undefined ? {} : { name: flags.name }) };
  // Awaited here, as signals are caught until this returns.
  if (flags.watch) return await watch(world, request);
  const { text, failed } = await retorrent(world, request);
  print(world, failed.length === 0 ? text : `${text}; as they were: ${failed.map(printable).join(", ")}`);
  return failed.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function watch(world: World, request: { readonly name?: string; readonly signal: AbortSignal }): Promise<number> {
  const { plan } = await connectLab(world, request.name);
  tell(world, `watching ${shortPath(world, plan.input.sources)}/; Ctrl-C ends the watch, not the lab`);
  for await (const { text, changed } of retorrentOnChange(world, request)) if (changed) print(world, text);
  return request.signal.aborted ? exitCodes.ok : sayDown(world, plan.lab);
}
