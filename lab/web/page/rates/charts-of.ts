import { bound } from "../../../swarm/bound.ts";
import { lookup } from "../../../swarm/dictionary.ts";
import { knobsOf } from "../../../swarm/knobs.ts";
import type { NodeModel, TorrentModel } from "../../../swarm/model.ts";
import { printable } from "../../../units.ts";
import { MARKS, type Picture } from "../../picture/picture.ts";
import { shorten } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { peerColour } from "../look/peer-colours.ts";
import { minimumLabel } from "../minimum-label.ts";
import { hueOf, peerParts, peersOf } from "../state/peers.ts";
import type { Chart, ChartMoment, Series } from "./chart.ts";

/** A scale without traffic ends at 1 KiB/s. */
const LEAST_RATE = 1024;
/** Characters of a label at a moment. */
const LABEL = 28;

/** The charts of the rates view. `peer` chooses whose limits are shown; without one the whole swarm's rates are. */
export function chartsOf(picture: Picture, torrent: TorrentModel, look: Look, peer: string | null): Chart[] {
  const node = peer === null ? undefined : lookup(picture.swarm.nodes, peer);
  const charts = [
    ...(node
      ? [peerChart(picture, node, look)]
      : [stackedChart(picture, look, "down"), stackedChart(picture, look, "up")]),
    copiesChart(picture, torrent, look),
    completionChart(picture, torrent, look),
  ];
  return charts.map((chart) => withMoments(chart, picture, look));
}

/** Lines down where something was done to the swarm, or happened to it, in the time that is shown. */
function withMoments(chart: Chart, { moments }: Picture, look: Look): Chart {
  const [first = 0, last = 0] = [chart.times[0], chart.times.at(-1)];
  const shown = moments
    .filter(({ t }) => t >= first && t <= last)
    .map(({ t, text }): ChartMoment => ({ time: t, label: shorten(text, LABEL), colour: look.muted }));
  return { ...chart, moments: [...(chart.moments ?? []), ...shown] };
}

/** Over all torrents, because a limit is a peer's and not a torrent's. */
function stackedChart(picture: Picture, look: Look, direction: "up" | "down"): Chart {
  const { times, gone, [direction]: values } = picture.history;
  const series = peersOf(picture.swarm).map(
    (node): Series => ({
      label: printable(node.name),
      colour: peerColour(hueOf(picture, node.name), look.theme),
      values: lookup(values, node.name) ?? [],
    }),
  );
  if (gone[direction].some((value) => value !== null))
    series.push({ label: "gone", colour: look.faint, values: gone[direction] });
  const title = direction === "down" ? "Received, peer on peer" : "Sent, peer on peer";
  return { key: direction, title, unit: "rate", times, series, stacked: true, top: LEAST_RATE };
}

function peerChart({ history }: Picture, node: NodeModel, look: Look): Chart {
  const limits = knobsOf(node.settings);
  const flat = (value: number | null | undefined) => history.times.map(() => value ?? null);
  const [down, up] = [peerColour(0, look.theme), peerColour(5, look.theme)];
  const series: Series[] = [
    { label: "↓ received", colour: down, values: lookup(history.down, node.name) ?? [] },
    { label: "↑ sent", colour: up, values: lookup(history.up, node.name) ?? [] },
  ];
  if (limits?.down != null) series.push({ label: "↓ limit", colour: down, values: flat(limits.down), dashed: true });
  if (limits?.up != null) series.push({ label: "↑ limit", colour: up, values: flat(limits.up), dashed: true });
  const title = `${printable(node.name)} and its limits`;
  return { key: "peer", title, unit: "rate", times: history.times, series, top: LEAST_RATE };
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
function completionChart(picture: Picture, torrent: TorrentModel, look: Look): Chart {
  const { swarm, marks } = picture;
  const { infoHash } = torrent.info;
  const byNode = lookup(marks, infoHash) ?? {};
  const start = Math.max(swarm.releasedAt ?? 0, torrent.addedAt);
  const fetching = peerParts(picture, torrent).filter(({ part }) => part.duty === "fetch");
  const rows = fetching.map((peer) => ({ ...peer, times: lookup(byNode, peer.node.name) ?? [] }));
  const last = rows.every(({ whole }) => whole)
    ? Math.max(start + 1, ...rows.map(({ times }) => times.at(-1) ?? 0))
    : swarm.t;
  const reached = rows.flatMap((row) => row.times).filter((time) => time > start);
  const times = [...new Set([start, ...reached, last])].sort((a, b) => a - b);
  const series = rows.map(
    (row): Series => ({
      label: printable(row.node.name),
      colour: peerColour(row.hue, look.theme),
      values: shares(row.times, times),
    }),
  );
  const { bound: least, torrents } = bound(swarm, infoHash);
  return {
    ...{ key: "completion", title: "Completion", unit: "share", times, series, top: 1 },
    moments: least === null ? [] : [{ time: start + least, label: minimumLabel(torrents), colour: look.warning }],
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
