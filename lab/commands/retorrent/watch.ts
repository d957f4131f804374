import { settledSources } from "../../torrents/settle.ts";
import { endOfLab } from "../end-of-lab.ts";
import { connectLab } from "../find-lab.ts";
import type { World } from "../world.ts";
import { type Retorrented, retorrent } from "./retorrent.ts";
import { takeUp } from "./take-up.ts";

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
  const request = { name: lab, signal: until, isSettled: sources.isSettled };
  yield* takeUp(world, { sources, attempt: (quiet) => retorrent(quiet, request), until });
}
