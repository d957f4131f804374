import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import type { PeerSettings, TorrentInfo } from "../api/words.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../units.ts";
import { linkText } from "./link.ts";
import { plannedCount } from "./make-plan.ts";
import type { LabPlan, PlanNode } from "./plan.ts";

/** What has to happen for the first plan to become the second. */
export interface PlanDifference {
  readonly added: readonly PlannedPeer[];
  readonly removed: readonly PlannedPeer[];
  readonly changed: readonly Change<PeerSettings>[];
  /** Nodes whose place or order in the swarm changes, but none of their knobs. */
  readonly rearranged: readonly Change<string>[];
  readonly tracker: readonly Change<RunPlan["tracker"]>[];
  /** Nodes besides the peers, such as the web UI. */
  readonly servicesAdded: readonly string[];
  readonly servicesRemoved: readonly string[];
  readonly torrentsAdded: readonly TorrentInfo[];
  readonly torrentsRetired: readonly TorrentInfo[];
}

interface Change<T> {
  readonly node: string;
  readonly from: T;
  readonly to: T;
}

export function planDifference(from: LabPlan, to: LabPlan): PlanDifference {
  const before = new Map(from.run.peers.map((peer) => [peer.name, peer]));
  const after = new Map(to.run.peers.map((peer) => [peer.name, peer]));
  const stay = to.run.peers.flatMap((peer) => {
    const old = before.get(peer.name);
    return old ? [{ old, peer }] : [];
  });
  const trackers = { node: "tracker", from: from.run.tracker, to: to.run.tracker };
  return {
    added: to.run.peers.filter((peer) => !before.has(peer.name)),
    removed: from.run.peers.filter((peer) => !after.has(peer.name)),
    changed: stay
      .filter(({ old, peer }) => !sameSettings(old.settings, peer.settings))
      .map(({ old, peer }) => ({ node: peer.name, from: old.settings, to: peer.settings })),
    rearranged: stay
      .map(({ old, peer }) => ({
        node: peer.name,
        from: arrangement(from, old, { plan: to, peer }),
        to: arrangement(to, peer, { plan: from, peer: old }),
      }))
      .filter((change) => change.from !== change.to),
    tracker: trackers.from.interval === trackers.to.interval ? [] : [trackers],
    servicesAdded: servicesMissingIn(from, to),
    servicesRemoved: servicesMissingIn(to, from),
    torrentsAdded: missingIn(from, to.run.torrents),
    torrentsRetired: missingIn(to, from.run.torrents),
  };
}

export function isEmpty(difference: PlanDifference): boolean {
  return Object.values(difference).every((part) => part.length === 0);
}

/** One line a kind of change: `+2 leecher (leecher-6, leecher-7)`, `~ leecher-2: up 1.00 MiB/s → ∞`. */
export function differenceText(from: LabPlan, to: LabPlan): string[] {
  const difference = planDifference(from, to);
  const live = from.input.live;
  const removedLive = new Set(live.removed);
  const count = (sign: string, peers: readonly PlannedPeer[], nameOf: (peer: PlannedPeer) => string) =>
    byGroup(peers).map(([group, members]) => `${sign}${members.length} ${group} (${members.map(nameOf).join(", ")})`);
  return [
    ...count("+", difference.added, ({ name }) => (removedLive.has(name) ? `${name}, removed live` : name)),
    ...count("-", difference.removed, (peer) => (isAddedLive(from, peer) ? `${peer.name}, added live` : peer.name)),
    ...sameLines(
      difference.changed.map(({ node, from: old, to: settings }) => ({
        node: live.settings[node] ? `${node}, changed live` : node,
        text: settingsText(old, settings),
      })),
    ),
    ...sameLines(difference.rearranged.map(({ node, from: old, to: now }) => ({ node, text: `${old} → ${now}` }))),
    ...difference.tracker.map(
      ({ node, from: old, to: now }) =>
        `~ ${node}: interval ${formatDuration(old.interval)} → ${formatDuration(now.interval)}`,
    ),
    ...difference.servicesAdded.map((name) => `+ ${name}`),
    ...difference.servicesRemoved.map((name) => `- ${name}`),
    ...difference.torrentsAdded.map((torrent) => `+ torrent ${printable(torrent.name)} ${torrent.infoHash}`),
    ...difference.torrentsRetired.map((torrent) => `- torrent ${printable(torrent.name)} ${torrent.infoHash}`),
  ];
}

/** The knobs that differ, `up 1.00 MiB/s → ∞, slots 4 → 2`. */
export function settingsText(from: PeerSettings, to: PeerSettings): string {
  const show = (key: keyof PeerSettings, value: PeerSettings[keyof PeerSettings]) =>
    key === "up" || key === "down" ? formatRate(value as number | null) : String(value ?? "honest");
  return keysOf(from, to)
    .filter((key) => from[key] !== to[key])
    .map((key) => `${key} ${show(key, from[key])} → ${show(key, to[key])}`)
    .join(", ");
}

/** Nodes of which the same is to be said, in one line: `~ leecher-1, leecher-2: slots 4 → 2`. */
function sameLines(changes: readonly { readonly node: string; readonly text: string }[]): string[] {
  const groups = Map.groupBy(changes, ({ text }) => text);
  return [...groups].map(([text, nodes]) => `~ ${nodes.map(({ node }) => node).join(", ")}: ${text}`);
}

/** By itself, or because its group was scaled up. */
function isAddedLive({ input }: LabPlan, { name, group }: PlannedPeer): boolean {
  return Number(name.slice(group.length + 1)) > plannedCount(input, group);
}

function sameSettings(a: PeerSettings, b: PeerSettings): boolean {
  return keysOf(a, b).every((key) => a[key] === b[key]);
}

/** A knob that only one of them has counts too: an honest peer has no behaviour. */
function keysOf(a: PeerSettings, b: PeerSettings): (keyof PeerSettings)[] {
  return Object.keys({ ...a, ...b }) as (keyof PeerSettings)[];
}

/**
 * What of a peer besides its knobs another profile may change; of torrents only those that both plans have, role and memory
 * only where they differ.
 */
function arrangement(plan: LabPlan, peer: PlannedPeer, other: { plan: LabPlan; peer: PlannedPeer }): string {
  const shared = new Set(other.plan.run.torrents.map(({ infoHash }) => infoHash));
  const names = (hashes: readonly string[]) =>
    plan.run.torrents
      .filter(({ infoHash }) => hashes.includes(infoHash) && shared.has(infoHash))
      .map(({ name }) => printable(name))
      .join(" ");
  const [node, otherNode] = [plan, other.plan].map(({ nodes }) => nodes.find(({ name }) => name === peer.name));
  return [
    ...(peer.role === other.peer.role ? [] : [peer.role]),
    `seeds ${names(peer.seeds) || "nothing"}`,
    `fetches ${names(peer.fetches) || "nothing"}`,
    ...(peer.joinAt === 0 ? [] : [`joins after ${formatDuration(peer.joinAt)}`]),
    ...(peer.lingerAfterComplete === null
      ? []
      : [`leaves ${formatDuration(peer.lingerAfterComplete)} after completion`]),
    ...(!node || node.memory === otherNode?.memory ? [] : [`memory ${formatBytes(node.memory)}`]),
    ...(plan.runtime === "docker" && node ? containerText(node) : []),
  ].join(", ");
}

/** A change of these makes the container anew; a process has none of them. */
function containerText({ storage, link }: PlanNode): string[] {
  return [`storage ${storage}`, ...(link ? [`link ${linkText(link)}`] : [])];
}

function servicesMissingIn(plan: LabPlan, other: LabPlan): string[] {
  const known = new Set([...plan.nodes, ...other.run.peers].map(({ name }) => name));
  return other.nodes.filter(({ name }) => !known.has(name)).map(({ name }) => name);
}

function missingIn(plan: LabPlan, torrents: readonly TorrentInfo[]): TorrentInfo[] {
  const known = new Set(plan.run.torrents.map(({ infoHash }) => infoHash));
  return torrents.filter(({ infoHash }) => !known.has(infoHash));
}

function byGroup(peers: readonly PlannedPeer[]): [string, PlannedPeer[]][] {
  return [...Map.groupBy(peers, ({ group }) => group)];
}
