import { lookup } from "../../swarm/dictionary.ts";
import { isOrdered, sharedTorrents } from "../../swarm/live.ts";
import { speed } from "../../swarm/meter.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "../../swarm/model.ts";
import { amountOf, progressOf } from "../../swarm/progress.ts";
import { formatRate } from "../../units.ts";

/** Share of a download after which a peer's progress is told again. */
const STEP = 0.25;

/** Lines about a peer that got a step further, each step once: `leecher-2 has 50 %, ↓ 1.02 MiB/s ↑ 0.98 MiB/s`. */
export function progressLines(): (model: SwarmModel, node: string) => string[] {
  const told = new Map<string, number>();
  return (model, name) => {
    const node = lookup(model.nodes, name);
    if (!node) return [];
    const fetched = fetchedBy(node, model);
    const progress = progressOf(fetched.map(({ part, torrent }) => amountOf(part, torrent.info)));
    const step = Math.floor(progress / STEP);
    if (step === 0 || step === (told.get(name) ?? 0)) return [];
    told.set(name, step);
    const rate = (key: "downloaded" | "uploaded") =>
      fetched.reduce((all, { part }) => all + speed(part[key], node.clock, model.t), 0);
    return [
      `${name} has ${Math.floor(progress * 100)} %, ↓ ${formatRate(rate("downloaded"))} ↑ ${formatRate(rate("uploaded"))}`,
    ];
  };
}

/** Not what the lab does not share any more, nor what the node is not to have any more. */
function fetchedBy({ torrents }: NodeModel, model: SwarmModel): { part: NodeTorrentModel; torrent: TorrentModel }[] {
  return sharedTorrents(model).flatMap((torrent) => {
    const part = lookup(torrents, torrent.info.infoHash);
    return part?.duty === "fetch" && isOrdered(part) ? [{ part, torrent }] : [];
  });
}
