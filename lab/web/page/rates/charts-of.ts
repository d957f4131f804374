import { bound } from "../../../swarm/bound.ts";
import { lookup } from "../../../swarm/dictionary.ts";
import type { NodeModel, TorrentModel } from "../../../swarm/model.ts";
import { printable } from "../../../units.ts";
import { MARKS, type Picture } from "../../picture/picture.ts";
import type { Look } from "../look/look.ts";
import { peerColour } from "../look/peer-colours.ts";
import { minimumLabel } from "../minimum-label.ts";
import { peerParts, peersOf } from "../state/peers.ts";
import type { Chart, Series } from "./chart.ts";

/** The charts of the rates view. `peer` chooses whose limits are shown; without one the whole swarm's rates are. */
export function chartsOf(picture: Picture, torrent: TorrentModel, look: Look, peer: string | null): Chart[] {
  const node = peer === null ? undefined : lookup(picture.swarm.nodes, peer);
  return [
    ...(node
      ? [peerChart(picture, node, look)]
      : [stackedChart(picture, look, "down"), stackedChart(picture, look, "up")]),
    copiesChart(picture, torrent, look),
    completionChart(picture, torrent, look),
  ];
}

/** Over all torrents, because a limit is a peer's and not a torrent's. */
function stackedChart({ swarm, history }: Picture, look: Look, direction: "up" | "down"): Chart {
  const series = peersOf(swarm).map(
    (node, position): Series => ({
      label: printable(node.name),
      colour: peerColour(position, look.theme),
      values: lookup(history[direction], node.name) ?? [],
    }),
  );
  const title = direction === "down" ? "Received, peer on peer" : "Sent, peer on peer";
  return { key: direction, title, unit: "rate", times: history.times, series, stacked: true };
}

function peerChart({ history }: Picture, node: NodeModel, look: Look): Chart {
  const limits = node.settings && "up" in node.settings ? node.settings : undefined;
  const flat = (value: number | null | undefined) => history.times.map(() => value ?? null);
  const [down, up] = [peerColour(0, look.theme), peerColour(5, look.theme)];
  const series: Series[] = [
    { label: "↓ received", colour: down, values: lookup(history.down, node.name) ?? [] },
    { label: "↑ sent", colour: up, values: lookup(history.up, node.name) ?? [] },
  ];
  if (limits?.down != null) series.push({ label: "↓ limit", colour: down, values: flat(limits.down), dashed: true });
  if (limits?.up != null) series.push({ label: "↑ limit", colour: up, values: flat(limits.up), dashed: true });
  return { key: "peer", title: `${printable(node.name)} and its limits`, unit: "rate", times: history.times, series };
}

function copiesChart({ history }: Picture, { info }: TorrentModel, look: Look): Chart {
  return {
    key: "copies",
    title: "Distributed copies",
    unit: "copies",
    times: history.times,
    series: [{ label: "copies", colour: look.good, values: lookup(history.copies, info.infoHash) ?? [] }],
    level: { value: 1, label: "1.0: below, nobody can finish" },
    top: 2,
  };
}

/** A step for each mark, on a time axis of all marks. */
function completionChart({ swarm, marks }: Picture, torrent: TorrentModel, look: Look): Chart {
  const { infoHash } = torrent.info;
  const byNode = lookup(marks, infoHash) ?? {};
  const start = swarm.releasedAt ?? 0;
  const fetching = peerParts(swarm, torrent).filter(({ part }) => part.duty === "fetch");
  const rows = fetching.map((peer) => ({ ...peer, times: lookup(byNode, peer.node.name) ?? [] }));
  const last = rows.every(({ whole }) => whole)
    ? Math.max(start + 1, ...rows.map(({ times }) => times.at(-1) ?? 0))
    : swarm.t;
  const times = [...new Set([start, ...rows.flatMap((row) => row.times), last])].sort((a, b) => a - b);
  const series = rows.map(
    (row): Series => ({
      label: printable(row.node.name),
      colour: peerColour(row.position, look.theme),
      values: shares(row.times, times),
    }),
  );
  const { bound: least, torrents } = bound(swarm, infoHash);
  return {
    ...{ key: "completion", title: "Completion", unit: "share", times, series, top: 1 },
    ...(least === null ? {} : { moment: { time: start + least, label: minimumLabel(torrents) } }),
  };
}

/** Straight between two marks; nothing after the last time that is known of a peer that is not done. */
function shares(marks: readonly number[], times: readonly number[]): (number | null)[] {
  let reached = 0;
  return times.map((time) => {
    while (reached < marks.length && (marks[reached] ?? 0) <= time) reached += 1;
    return reached / MARKS;
  });
}
