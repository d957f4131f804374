import { speed } from "../../swarm/meter.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { formatRate } from "../../units.ts";

/** Share of a download after which a peer's progress is told again. */
const STEP = 0.25;

/** Lines about a peer that got a step further, each step once: `leecher-2 has 50 %, ↓ 1.02 MiB/s ↑ 0.98 MiB/s`. */
export function progressLines(): (model: SwarmModel, node: string) => string[] {
  const told = new Map<string, number>();
  return (model, name) => {
    const node = model.nodes[name];
    const fetched = Object.entries(node?.torrents ?? {}).filter(([, torrent]) => torrent.duty === "fetch");
    if (!node || fetched.length === 0) return [];
    const total = fetched.reduce((pieces, [hash]) => pieces + (model.torrents[hash]?.info.pieceCount ?? 0), 0);
    const have = fetched.reduce((pieces, [, torrent]) => pieces + torrent.have, 0);
    const step = Math.floor(have / total / STEP);
    if (step === 0 || step === (told.get(name) ?? 0)) return [];
    told.set(name, step);
    const rate = (key: "downloaded" | "uploaded") =>
      fetched.reduce((all, [, torrent]) => all + speed(torrent[key], node.clock, model.t), 0);
    return [
      `${name} has ${Math.floor((have / total) * 100)} %, ↓ ${formatRate(rate("downloaded"))} ↑ ${formatRate(rate("uploaded"))}`,
    ];
  };
}
