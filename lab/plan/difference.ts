import type { PlannedPeer } from "../api/run-plan.ts";
import type { PeerSettings, TorrentInfo } from "../api/words.ts";
import { formatRate, printable } from "../units.ts";
import type { LabPlan } from "./plan.ts";

/** What has to happen for the first plan to become the second. */
export interface PlanDifference {
  readonly added: readonly PlannedPeer[];
  readonly removed: readonly PlannedPeer[];
  readonly changed: readonly { readonly node: string; readonly from: PeerSettings; readonly to: PeerSettings }[];
  readonly torrentsAdded: readonly TorrentInfo[];
  readonly torrentsRetired: readonly TorrentInfo[];
}

export function planDifference(from: LabPlan, to: LabPlan): PlanDifference {
  const before = new Map(from.run.peers.map((peer) => [peer.name, peer]));
  const after = new Map(to.run.peers.map((peer) => [peer.name, peer]));
  return {
    added: to.run.peers.filter((peer) => !before.has(peer.name)),
    removed: from.run.peers.filter((peer) => !after.has(peer.name)),
    changed: to.run.peers.flatMap((peer) => {
      const old = before.get(peer.name);
      return old && !same(old.settings, peer.settings)
        ? [{ node: peer.name, from: old.settings, to: peer.settings }]
        : [];
    }),
    torrentsAdded: missingIn(from, to.run.torrents),
    torrentsRetired: missingIn(to, from.run.torrents),
  };
}

export function isEmpty(difference: PlanDifference): boolean {
  return Object.values(difference).every((part) => part.length === 0);
}

/** One line a kind of change: `+2 leechers (leecher-6, leecher-7)`, `~1 limit (leecher-2 up 1.00 MiB/s → ∞)`. */
export function differenceText(from: LabPlan, to: LabPlan): string[] {
  const difference = planDifference(from, to);
  const live = new Set(from.input.live.added.map(({ group, number }) => `${group}-${number}`));
  const liveKnobs = new Set(Object.keys(from.input.live.settings));
  const origin = (name: string, set: ReadonlySet<string>) => (set.has(name) ? `${name}, changed live` : name);
  return [
    ...byGroup(difference.added).map(
      ([group, peers]) => `+${peers.length} ${group} (${peers.map(({ name }) => name).join(", ")})`,
    ),
    ...byGroup(difference.removed).map(([group, peers]) => {
      const names = peers.map(({ name }) => (live.has(name) ? `${name}, added live` : name));
      return `-${peers.length} ${group} (${names.join(", ")})`;
    }),
    ...difference.changed.map(
      ({ node, ...settings }) => `~ ${origin(node, liveKnobs)}: ${settingsText(settings.from, settings.to)}`,
    ),
    ...difference.torrentsAdded.map((torrent) => `+ torrent ${printable(torrent.name)} ${torrent.infoHash}`),
    ...difference.torrentsRetired.map((torrent) => `- torrent ${printable(torrent.name)} ${torrent.infoHash}`),
  ];
}

/** The knobs that differ, `up 1.00 MiB/s → ∞, slots 4 → 2`. */
export function settingsText(from: PeerSettings, to: PeerSettings): string {
  const show = (key: keyof PeerSettings, value: PeerSettings[keyof PeerSettings]) =>
    key === "up" || key === "down" ? formatRate(value as number | null) : String(value);
  return (Object.keys(to) as (keyof PeerSettings)[])
    .filter((key) => from[key] !== to[key])
    .map((key) => `${key} ${show(key, from[key])} → ${show(key, to[key])}`)
    .join(", ");
}

function same(a: PeerSettings, b: PeerSettings): boolean {
  return (Object.keys(b) as (keyof PeerSettings)[]).every((key) => a[key] === b[key]);
}

function missingIn(plan: LabPlan, torrents: readonly TorrentInfo[]): TorrentInfo[] {
  const known = new Set(plan.run.torrents.map(({ infoHash }) => infoHash));
  return torrents.filter(({ infoHash }) => !known.has(infoHash));
}

function byGroup(peers: readonly PlannedPeer[]): [string, PlannedPeer[]][] {
  return [...Map.groupBy(peers, ({ group }) => group)];
}
