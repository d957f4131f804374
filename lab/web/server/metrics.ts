import { availability, distributedCopies } from "../../swarm/availability.ts";
import { bound } from "../../swarm/bound.ts";
import { lookup } from "../../swarm/dictionary.ts";
import { knobsOf } from "../../swarm/knobs.ts";
import { sharedTorrents } from "../../swarm/live.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "../../swarm/model.ts";
import { isPeer } from "../../swarm/peers.ts";
import { amountOf, progressOf } from "../../swarm/progress.ts";
import { stalled } from "../../swarm/stalled.ts";

type Labels = Readonly<Record<string, string>>;
type Value = readonly [Labels, number | null | undefined];

interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly values: readonly Value[];
}

/**
 * Prometheus' text format 0.0.4: base units, `_total` for counters, no label that grows with the pieces. `torrent` is its
 * name, with the start of the info-hash where two have the same.
 */
export function toMetrics(swarm: SwarmModel, { lab, tabs }: { lab: string; tabs: number }): string {
  const own = { lab: swarm.run?.lab || lab };
  const metrics = [...peerMetrics(swarm, own), ...partMetrics(swarm, own), ...swarmMetrics(swarm, own)];
  metrics.push(gauge("lab_web_viewers", "Open tabs of the web UI.", [[own, tabs]]));
  return metrics.map(toText).join("");
}

function peerMetrics(swarm: SwarmModel, own: Labels): Metric[] {
  const peers = Object.values(swarm.nodes).filter(isPeer);
  const each = (value: (node: NodeModel) => number | null | undefined) =>
    peers.map((node): Value => [peerLabels(own, node), value(node)]);
  const states = ["created", "starting", "running", "paused", "stopped", "failed"];
  const run = swarm.run;
  return [
    gauge("lab_info", "The run; always 1.", [
      [{ ...own, run: run?.run ?? "", runtime: run?.runtime ?? "", profile: run?.profile ?? "" }, run ? 1 : null],
    ]),
    gauge("lab_run_seconds", "Seconds since the run began.", [[own, swarm.t]]),
    gauge(
      "lab_peer_state",
      "1 for the state that the peer is in.",
      peers.flatMap((node) =>
        states.map((state): Value => [{ ...peerLabels(own, node), state }, Number(node.state === state)]),
      ),
    ),
    gauge(
      "lab_peer_memory_bytes",
      "Private memory of the peer's process.",
      each((node) => node.memory),
    ),
    gauge(
      "lab_peer_load_ratio",
      "Share of the time in which the peer's event loop is busy.",
      each((node) => node.load),
    ),
    gauge(
      "lab_peer_upload_limit_bytes_per_second",
      "Upload limit; absent without one.",
      each((node) => knobsOf(node.settings)?.up),
    ),
    gauge(
      "lab_peer_download_limit_bytes_per_second",
      "Download limit; absent without one.",
      each((node) => knobsOf(node.settings)?.down),
    ),
    gauge(
      "lab_peer_upload_slots",
      "Upload slots, the optimistic one included.",
      each((node) => knobsOf(node.settings)?.slots),
    ),
  ];
}

function partMetrics(swarm: SwarmModel, own: Labels): Metric[] {
  const names = shortNames(swarm);
  const parts = Object.values(swarm.nodes).flatMap((node) =>
    Object.entries(node.torrents).flatMap(([infoHash, part]) => {
      const torrent = lookup(swarm.torrents, infoHash);
      return torrent
        ? [{ labels: { ...peerLabels(own, node), torrent: names.get(infoHash) ?? "" }, part, torrent }]
        : [];
    }),
  );
  const each = (value: (part: NodeTorrentModel, torrent: TorrentModel) => number) =>
    parts.map(({ labels, part, torrent }): Value => [labels, value(part, torrent)]);
  const unchoked = (part: NodeTorrentModel) => Object.values(part.connections).filter((one) => one.unchoked).length;
  return [
    counter(
      "lab_peer_download_bytes_total",
      "Payload received from peers.",
      each((part) => part.downloaded.total),
    ),
    counter(
      "lab_peer_upload_bytes_total",
      "Payload sent to peers.",
      each((part) => part.uploaded.total),
    ),
    counter(
      "lab_peer_wasted_bytes_total",
      "Payload thrown away: duplicates, bad hashes.",
      each((part) => part.wasted.total),
    ),
    counter(
      "lab_peer_hash_failures_total",
      "Pieces that did not match their hash.",
      each((part) => part.hashFailures),
    ),
    gauge(
      "lab_peer_progress_ratio",
      "Share of the torrent's bytes that the peer has.",
      each((part, { info }) => progressOf([amountOf(part, info)])),
    ),
    gauge(
      "lab_peer_connections",
      "Open connections.",
      each((part) => part.connected),
    ),
    gauge("lab_peer_unchoked_connections", "Connections that the peer is willing to send on.", each(unchoked)),
  ];
}

function swarmMetrics(swarm: SwarmModel, own: Labels): Metric[] {
  const names = shortNames(swarm);
  const all = sharedTorrents(swarm).map((torrent) => {
    const labels = { ...own, torrent: names.get(torrent.info.infoHash) ?? "" };
    return { labels, torrent, holders: availability(swarm, torrent.info.infoHash) };
  });
  const each = (value: (one: (typeof all)[number]) => number | null) =>
    all.map((one): Value => [one.labels, value(one)]);
  return [
    gauge(
      "lab_torrent_size_bytes",
      "Length of the torrent's data.",
      each(({ torrent }) => torrent.info.length),
    ),
    gauge(
      "lab_piece_availability_min",
      "Live peers that hold the rarest piece.",
      each(({ holders }) => holders.reduce((least, count) => Math.min(least, count), holders[0] ?? 0)),
    ),
    gauge(
      "lab_swarm_distributed_copies",
      "How often the torrent is there.",
      each(({ holders }) => distributedCopies(holders)),
    ),
    gauge(
      "lab_swarm_bound_seconds",
      "Minimum distribution time (Kumar & Ross 2006); absent where it is not defined.",
      each(({ torrent }) => bound(swarm, torrent.info.infoHash).bound),
    ),
    gauge(
      "lab_swarm_stalled",
      "1 while some wanted piece is on no live peer.",
      each(({ torrent }) => Number(stalled(swarm, torrent.info.infoHash, swarm.t) !== null)),
    ),
    counter(
      "lab_tracker_announces_total",
      "Announces to the tracker.",
      each(({ torrent: { tracker } }) => tracker.announces || tracker.answers),
    ),
    gauge(
      "lab_tracker_peers",
      "Peers that the tracker knows.",
      all.flatMap(({ labels, torrent: { tracker } }): Value[] => [
        [{ ...labels, state: "complete" }, tracker.complete],
        [{ ...labels, state: "incomplete" }, tracker.incomplete],
      ]),
    ),
  ];
}

function shortNames({ torrents }: SwarmModel): Map<string, string> {
  const all = Object.values(torrents).map(({ info }) => info);
  return new Map(
    all.map(({ name, infoHash }) => {
      const unique = all.filter((other) => other.name === name).length === 1;
      return [infoHash, unique ? name : `${name} (${infoHash.slice(0, 8)})`];
    }),
  );
}

function peerLabels(own: Labels, node: NodeModel): Labels {
  return { ...own, peer: node.name, role: node.role, client: node.client ?? "" };
}

function gauge(name: string, help: string, values: readonly Value[]): Metric {
  return { name, type: "gauge", help, values };
}

function counter(name: string, help: string, values: readonly Value[]): Metric {
  return { name, type: "counter", help, values };
}

function toText({ name, type, help, values }: Metric): string {
  const lines = values.flatMap(([labels, value]) =>
    value == null ? [] : [`${name}{${labelText(labels)}} ${value}\n`],
  );
  return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(
      ([key, value]) =>
        `${key}="${value.replace(/[\\"\n]/g, (special) => (special === "\n" ? "\\n" : `\\${special}`))}"`,
    )
    .join(",");
}
