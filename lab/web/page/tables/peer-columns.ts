import { behaviourOf, behaviourSigns } from "../../../swarm/behaviour.ts";
import { knobsOf } from "../../../swarm/knobs.ts";
import { bytesLeft } from "../../../swarm/live.ts";
import { speed } from "../../../swarm/meter.ts";
import type { TorrentModel } from "../../../swarm/model.ts";
import { amountOf, progressOf } from "../../../swarm/progress.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../../../units.ts";
import type { PeerPart } from "../state/peers.ts";
import type { Column } from "./table.ts";

/** The columns that torrent clients have, in their order. Rates are empty when nothing flows, ∞ means no limit. */
export function peerColumns({ info }: TorrentModel, now: number): Column<PeerPart>[] {
  const share = ({ part }: PeerPart) => progressOf([amountOf(part, info)]);
  const down = ({ node, part }: PeerPart) => Math.round(speed(part.downloaded, node.clock, now));
  const up = ({ node, part }: PeerPart) => Math.round(speed(part.uploaded, node.clock, now));
  const eta = (row: PeerPart) =>
    row.whole ? null : down(row) === 0 ? Infinity : bytesLeft(row.part, info) / down(row);
  const unchoked = ({ part }: PeerPart) => Object.values(part.connections).filter((one) => one.unchoked).length;
  const bytes = (key: string, title: string, value: (row: PeerPart) => number): Column<PeerPart> => {
    return { key, title, numeric: true, sort: value, text: (row) => (value(row) === 0 ? "" : formatBytes(value(row))) };
  };
  const rate = (key: string, title: string, value: (row: PeerPart) => number): Column<PeerPart> => {
    return { ...bytes(key, title, value), text: (row) => (value(row) === 0 ? "" : formatRate(value(row))) };
  };
  return [
    { key: "name", title: "Name", text: ({ node }) => printable(node.name), sort: ({ node }) => node.name },
    {
      key: "behaviour",
      title: "Kind",
      help: "what it is like to other peers",
      text: ({ node }) => kindOf(node),
      sort: ({ node }) => behaviourOf(node.settings),
    },
    { key: "state", title: "Status", text: statusOf, sort: statusOf },
    {
      ...{ key: "progress", title: "Progress", numeric: true, sort: ({ part }) => part.have },
      share,
      text: (row) => percentOf(share(row)),
    },
    {
      ...{
        key: "have",
        title: "Have",
        numeric: true,
        help: `pieces of ${info.pieceCount}`,
        sort: ({ part }) => part.have,
      },
      text: ({ part }) => `${part.have}`,
    },
    rate("down", "↓ Down", down),
    rate("up", "↑ Up", up),
    {
      ...{ key: "eta", title: "ETA", numeric: true, sort: eta },
      text: (row) => (eta(row) === null ? "" : formatDuration(eta(row))),
    },
    bytes("downloaded", "Downloaded", ({ part }) => part.downloaded.total),
    bytes("uploaded", "Uploaded", ({ part }) => part.uploaded.total),
    {
      ...{
        key: "ratio",
        title: "Ratio",
        numeric: true,
        help: "uploaded ÷ downloaded",
        sort: ratioOf,
      },
      text: (row) => ratioOf(row)?.toFixed(2).replace("Infinity", "∞") ?? "",
    },
    {
      ...{ key: "peers", title: "Peers", numeric: true, help: "connections (unchoked by it)" },
      sort: ({ part }) => part.connected,
      text: (row) => `${row.part.connected} (${unchoked(row)})`,
    },
    bytes("wasted", "Wasted", ({ part }) => part.wasted.total),
    {
      ...{ key: "hash", title: "Bad", numeric: true, help: "pieces that did not match their hash" },
      sort: ({ part }) => part.hashFailures,
      text: ({ part }) => (part.hashFailures === 0 ? "" : `${part.hashFailures}`),
    },
    { key: "limits", title: "Limit ↓ / ↑", text: limitsOf, sort: (row) => knobsOf(row.node.settings)?.up ?? null },
    {
      key: "slots",
      title: "Slots",
      numeric: true,
      text: (row) => `${knobsOf(row.node.settings)?.slots ?? ""}`,
      sort: (row) => knobsOf(row.node.settings)?.slots ?? null,
    },
    {
      key: "strategy",
      title: "Picks",
      text: (row) => knobsOf(row.node.settings)?.strategy ?? "",
      sort: (row) => knobsOf(row.node.settings)?.strategy ?? "",
    },
    {
      ...{ key: "completed", title: "Completed", numeric: true, help: "since the run began" },
      sort: ({ part }) => part.completedAt,
      text: ({ part }) => (part.completedAt === null ? "" : formatDuration(part.completedAt)),
    },
    {
      ...{ key: "memory", title: "Memory", numeric: true, sort: ({ node }) => node.memory },
      text: ({ node }) => (node.memory === null ? "" : formatBytes(node.memory)),
    },
    {
      key: "client",
      title: "Client",
      text: ({ node }) => printable(node.client ?? ""),
      sort: ({ node }) => node.client ?? "",
    },
    {
      key: "address",
      title: "Address",
      text: ({ node }) => printable(node.address ?? ""),
      sort: ({ node }) => node.address ?? "",
    },
  ];
}

/** One that lacks a byte never has 100 %. */
function percentOf(share: number): string {
  return share >= 1 ? "100 %" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

export function statusOf({ node, part, whole }: PeerPart): string {
  if (node.state !== "running") return node.state;
  return part.state === "downloading" && whole ? "seeding" : part.state;
}

/** Infinite for who only gave; `null` for who did neither yet. */
function ratioOf({ part }: PeerPart): number | null {
  const [up, down] = [part.uploaded.total, part.downloaded.total];
  return up === 0 && down === 0 ? null : up / down;
}

/** `☠ poison`; nothing for an honest peer. */
export function kindOf({ settings }: PeerPart["node"]): string {
  const behaviour = behaviourOf(settings);
  return behaviour === "honest" ? "" : `${behaviourSigns[behaviour]} ${behaviour}`;
}

function limitsOf({ node }: PeerPart): string {
  const knobs = knobsOf(node.settings);
  return knobs ? `${formatRate(knobs.down)} / ${formatRate(knobs.up)}` : "";
}
