import { lookup } from "../../../swarm/dictionary.ts";
import { speed } from "../../../swarm/meter.ts";
import type { NodeModel, SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { amountOf, progressOf } from "../../../swarm/progress.ts";
import type { Picture } from "../../picture/picture.ts";
import type { Point, Size } from "../draw/pen.ts";
import { hueOf, type PeerPart, peerParts } from "../state/peers.ts";
import { type Arc, donutOf, slicesOf } from "./donut.ts";
import { type Path, pathBetween } from "./path.ts";
import { type Ring, ringOf, type Seat } from "./seats.ts";

/** One peer as it is drawn. */
export interface PeerFigure extends PeerPart {
  readonly seat: Seat;
  readonly arcs: readonly Arc[];
  /** Share of the bytes, 0–1. */
  readonly progress: number;
  /** Bytes per second in this torrent. */
  readonly up: number;
  readonly down: number;
}

/** One direction between two peers in which somebody wants something. */
export interface Lane {
  readonly from: PeerFigure;
  readonly to: PeerFigure;
  readonly path: Path;
  /** `sending` and `ready` are unchoked, with and without bytes on the way. */
  readonly state: "sending" | "ready" | "choked";
  readonly optimistic: boolean;
  /** Bytes per second. */
  readonly rate: number;
}

/** What the tracker knows of the torrent, and what it is itself. */
export interface TrackerFigure {
  readonly complete: number;
  readonly incomplete: number;
  readonly state: NodeModel["state"];
}

export interface SwarmScene {
  readonly size: Size;
  readonly ring: Ring;
  readonly peers: readonly PeerFigure[];
  readonly lanes: readonly Lane[];
  readonly tracker: TrackerFigure;
}

/** The swarm of one torrent, laid out. */
export function sceneOf(picture: Picture, torrent: TorrentModel, size: Size, margin: Size): SwarmScene {
  const { swarm } = picture;
  const parts = peerParts(picture, torrent);
  const ring = ringOf(parts.length, size, margin);
  const codes = picture.givers.map((name) => hueOf(picture, name));
  const peers = parts.map((part, index): PeerFigure => {
    const seat = ring.seats[index] ?? { ...ring.centre, radius: 5, angle: 0 };
    return { ...part, seat, ...figuresOf(picture, torrent, part, codes, slicesOf(seat.radius)) };
  });
  const { complete, incomplete } = torrent.tracker;
  const tracker = { complete, incomplete, state: trackerState(swarm) };
  return { size, ring, peers, lanes: lanesOf(peers, ring.centre, swarm.t), tracker };
}

/** A tracker that is no node of the lab is left to itself. */
function trackerState({ nodes }: SwarmModel): NodeModel["state"] {
  return Object.values(nodes).find(({ role }) => role === "tracker")?.state ?? "running";
}

function figuresOf(
  picture: Picture,
  { info }: TorrentModel,
  { node, part, hue }: PeerPart,
  codes: number[],
  slices: number,
) {
  const givers = lookup(lookup(picture.provenance, info.infoHash) ?? {}, node.name);
  const own = part.duty === "seed" ? hue : -1;
  const giverOf = (piece: number) => codes[(givers?.[piece] ?? 0) - 1] ?? own;
  return {
    arcs: donutOf(part.pieces, info.pieceCount, slices, giverOf),
    progress: progressOf([amountOf(part, info)]),
    up: speed(part.uploaded, node.clock, picture.swarm.t),
    down: speed(part.downloaded, node.clock, picture.swarm.t),
  };
}

function lanesOf(peers: readonly PeerFigure[], centre: Point, now: number): Lane[] {
  const lanes: Lane[] = [];
  for (const from of peers)
    for (const to of peers) {
      const lane = from === to ? undefined : laneOf(from, to, centre, now);
      if (lane) lanes.push(lane);
    }
  return lanes;
}

/** Nothing is drawn where the taker is not interested, whatever the giver would send. */
function laneOf(from: PeerFigure, to: PeerFigure, centre: Point, now: number): Lane | undefined {
  const giving = lookup(from.part.connections, to.node.name);
  if (!giving?.open) return undefined;
  const rate = speed(giving.uploaded, from.node.clock, now);
  const interested = lookup(to.part.connections, from.node.name)?.interested ?? false;
  if (!interested && rate === 0) return undefined;
  const state = rate > 0 ? "sending" : giving.unchoked ? "ready" : "choked";
  const path = pathBetween(from.seat, to.seat, centre);
  return { from, to, path, state, optimistic: giving.optimistic, rate };
}
