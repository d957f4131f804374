import { settingsSentence } from "../swarm/sentence-settings.ts";
import { formatBytes, printable } from "../units.ts";
import { globNote } from "./globs.ts";
import { linkNote, linkText } from "./link.ts";
import type { LabPlan } from "./plan.ts";
import { storageNote } from "./storage.ts";

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
        ? ` · ${settingsSentence(peer.settings)}, seeds ${peer.seeds.length}, fetches ${peer.fetches.length}`
        : "";
      const link = node.link ? ` · link ${linkText(node.link)}` : "";
      return `${node.role} ${node.name}${knobs}${link} · ${node.cause}`;
    }),
    ...globNote(plan),
    ...linkNote(plan),
    ...storageNote(plan),
  ];
}
