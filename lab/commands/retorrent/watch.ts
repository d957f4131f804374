import { LabError } from "../../errors.ts";
import { settledSources } from "../../torrents/settle.ts";
import { endOfLab } from "../end-of-lab.ts";
import { connectLab } from "../find-lab.ts";
import type { World } from "../world.ts";
import { type Retorrented, retorrent } from "./retorrent.ts";

/**
 * Takes up every change of the lab's `sources/` once it is whole, until the signal or the end of the lab; yields what it
 * did. What is still being copied is left alone meanwhile, the rest is not.
 */
export async function* retorrentOnChange(
  world: World,
  { name, signal }: { readonly name?: string; readonly signal: AbortSignal },
): AsyncGenerator<Retorrented> {
  const { name: lab, plan } = await connectLab(world, name);
  const sources = settledSources(plan.input.sources);
  using gone = endOfLab(world, lab);
  const until = AbortSignal.any([signal, gone.signal]);
  for await (const _ of sources.changes(until)) {
    try {
      yield await retorrent(world, { name: lab, signal: until, isSettled: sources.isSettled });
    } catch (error) {
      if (until.aborted) return;
      if (!(error instanceof LabError) || error.kind !== "conflict") throw error;
      sources.again();
    }
  }
}
