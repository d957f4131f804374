import { labState } from "../../swarm/lab-state.ts";
import { stalled } from "../../swarm/stalled.ts";
import { formatDuration, formatRate, printable } from "../../units.ts";
import { copiesOf, type PeerRow, type Scene } from "../data/scene.ts";
import { clock, plural } from "./format.ts";

const NEWS = 5;

/** The picture for a screen reader: what is true now, then the newest events, in whole sentences. */
export function sentences(scene: Scene): string[] {
  const { model, now, torrents, peers, feed } = scene;
  return [
    `Lab ${printable(model.run?.lab ?? "")} is ${labState(model, now)}, ${formatDuration(now)} after its start.`,
    ...torrents.map((torrent) => {
      const why = stalled(model, torrent.info.infoHash, now);
      const copies = copiesOf(scene, torrent).copies.toFixed(2);
      return `${printable(torrent.info.name)}: ${copies} distributed copies${why ? `; stalled, ${why}` : ""}.`;
    }),
    ...peers.map(peerSentence),
    ...feed.stories.slice(-NEWS).map((story) => `At ${clock(story.t)}: ${story.text}.`),
    "Press q to leave. The lab goes on.",
  ];
}

function peerSentence(peer: PeerRow): string {
  const rates = [
    ...(peer.down >= 1 ? [`gets ${formatRate(peer.down)}`] : []),
    ...(peer.up >= 1 ? [`gives ${formatRate(peer.up)}`] : []),
  ];
  const parts = [
    `${peer.name} is ${peer.state} at ${Math.floor(peer.progress * 100)} percent`,
    ...rates,
    `has ${plural(peer.peers, "connection")}`,
  ];
  return `${parts.join(", ")}${peer.error === null ? "" : `; error: ${printable(peer.error)}`}.`;
}
