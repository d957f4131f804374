import { exitCodes } from "../../errors.ts";
import { catchInterrupts } from "../interrupts.ts";
import type { RetorrentFlags } from "../retorrent.ts";
import { print, tell, type World } from "../world.ts";
import { retorrent } from "./retorrent.ts";
import { quietChanges } from "./watch.ts";

/** `lab retorrent [--watch]`. */
export async function runRetorrent(world: World, flags: RetorrentFlags): Promise<number> {
  using interrupts = catchInterrupts();
  const { signal } = interrupts;
  const request = { signal, ...(flags.name === undefined ? {} : { name: flags.name }) };
  print(world, await retorrent(world, request));
  if (!flags.watch) return exitCodes.ok;
  tell(world, "watching sources/; Ctrl-C ends the watch, not the lab");
  for await (const _ of quietChanges(world, signal)) {
    const done = await retorrent(world, request);
    if (done !== "nothing to do") print(world, done);
  }
  return exitCodes.ok;
}
