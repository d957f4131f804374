import { lookup } from "../../swarm/dictionary.ts";
import { list } from "../../swarm/phrases.ts";
import { formatBytes, formatRate, printable } from "../../units.ts";
import type { PeerRow, Scene } from "../data/scene.ts";
import type { Story } from "../data/story.ts";
import type { View } from "../ui/ui.ts";
import { shownStories } from "./feeds.ts";
import { clock, plural } from "./format.ts";
import { giftsOf } from "./gave.ts";
import { rarestText, rarityOf } from "./pieces.ts";
import { trackerText } from "./tracker-line.ts";

/** Entries of a long list that are read out. */
const READ_OUT = 5;

/** What each view shows, in sentences. */
export const spokenViews: Readonly<Record<View, (scene: Scene) => string[]>> = {
  peers: ({ peers }) => peers.map(peerSentence),
  pieces: (scene) =>
    scene.torrents.map((torrent) => `Of ${printable(torrent.info.name)}, ${rarestText(rarityOf(scene, torrent))}.`),
  choke: ({ peers }) => orElse(peers.flatMap(unchokeSentence), "Nobody unchokes anybody."),
  gave: (scene) => {
    const gifts = giftsOf(scene).slice(0, READ_OUT);
    const said = gifts.map(({ from, to, bytes, share }) => {
      return `${from} gave ${to} ${formatBytes(bytes)}, ${Math.floor(share * 100)} percent of what it got.`;
    });
    return orElse(said, "Nobody gave anything yet.");
  },
  tracker: (scene) => [
    `The tracker: ${trackerText(scene)}.`,
    ...storySentences(shownStories(scene, scene.feed.announces)),
  ],
  events: (scene) => storySentences(shownStories(scene, scene.feed.stories)),
  rates: ({ everybody, chosen }) => {
    const total = (key: "down" | "up") => formatRate(everybody.reduce((sum, peer) => sum + peer[key], 0));
    const swarm = `The swarm gets ${total("down")} and gives ${total("up")}.`;
    return [swarm, ...(chosen ? [peerSentence(chosen)] : [])];
  },
};

/** The newest, the last one last. */
export function storySentences(stories: readonly Story[]): string[] {
  return stories.slice(-READ_OUT).map(({ t, text }) => `At ${clock(t)}: ${text}.`);
}

export function peerSentence(peer: PeerRow): string {
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

function unchokeSentence({ name, parts }: PeerRow): string[] {
  const names = new Set(parts.flatMap(({ part }) => Object.keys(part.connections)));
  const unchoked = [...names].filter((peer) =>
    parts.some(({ part }) => lookup(part.connections, peer)?.unchoked === true),
  );
  return unchoked.length === 0 ? [] : [`${name} unchokes ${printable(list(unchoked))}.`];
}

function orElse(said: string[], nothing: string): string[] {
  return said.length > 0 ? said : [nothing];
}
