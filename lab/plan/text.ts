import type { PeerSettings } from "../api/words.ts";
import { behaviourOf } from "../swarm/behaviour.ts";
import { formatBytes, formatRate, printable } from "../units.ts";
import { linkNote, linkText } from "./link.ts";
import type { LabPlan } from "./plan.ts";

/** A plan as lines for people: what `--dry-run` prints. */
export function planText(plan: LabPlan): string[] {
  const { run } = plan;
  const peers = new Map(run.peers.map((peer) => [peer.name, peer]));
  return [
    `lab ${plan.lab} · runtime ${plan.runtime} · profile ${run.profile} · API on 127.0.0.1:${plan.port}`,
    ...run.torrents.map(
      (torrent) =>
        `torrent ${printable(torrent.name)}: ${formatBytes(torrent.length)}, ${torrent.pieceCount} pieces of ${formatBytes(torrent.pieceLength)}, ${torrent.infoHash}`,
    ),
    ...plan.nodes.map((node) => {
      const peer = peers.get(node.name);
      const knobs = peer
        ? ` · up ${formatRate(peer.settings.up)}, down ${formatRate(peer.settings.down)}, ${peer.settings.slots} slots, ${peer.settings.strategy}${manners(peer.settings)}, seeds ${peer.seeds.length}, fetches ${peer.fetches.length}`
        : "";
      const link = node.link ? ` · link ${linkText(node.link)}` : "";
      return `${node.role} ${node.name}${knobs}${link} · ${node.cause}`;
    }),
    ...linkNote(plan),
  ];
}

function manners(settings: PeerSettings): string {
  const behaviour = behaviourOf(settings);
  return behaviour === "honest" ? "" : `, behaviour ${behaviour}`;
}
