import { lookup } from "../../swarm/dictionary.ts";
import type { ChokeEvent } from "../../swarm/model.ts";
import { printable } from "../../units.ts";
import { chokesOf } from "../data/feed.ts";
import type { PeerRow, Scene } from "../data/scene.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { type Line, pad, type Span } from "../look/line.ts";
import type { Box } from "./box.ts";
import { plural } from "./format.ts";

const NAMES = 18;
/** Seconds of one cell. */
const STEP = 1;

/** Whom the peer unchoked over the last seconds, one lane a receiver: solid is unchoked, dashed is choked, empty is gone. */
export function laneLines(scene: Scene, giver: PeerRow, box: Box): Line[] {
  const cells = Math.max(10, Math.min(240, box.columns - NAMES - 4));
  const begin = Math.max(0, scene.now - cells * STEP);
  const lanes = receivers(scene, giver);
  const shown = lanes.slice(0, Math.max(1, box.rows - 2));
  const hidden = lanes.length - shown.length;
  return [
    [
      [`  ${giver.name} over the last ${plural(Math.round(scene.now - begin), "second")}`, "title"],
      [hidden > 0 ? `  (${hidden} more lanes)` : "", "quiet"],
    ],
    ...shown.map((lane) => laneLine(scene, lane, begin, cells)),
    axis(scene.now - begin, cells),
  ].slice(0, box.rows) as Line[];
}

type ChokeState = ChokeEvent["type"] | undefined;

interface Lane {
  readonly name: string;
  /** Of each torrent by itself: a peer that is choked in one may have a slot in another. */
  readonly torrents: readonly (readonly ChokeEvent[])[];
}

/** Those who were unchoked last come first. */
function receivers(scene: Scene, giver: PeerRow): Lane[] {
  const byPeer = new Map<string, ChokeEvent[][]>();
  for (const { torrent, part } of giver.parts) {
    const told = Map.groupBy(chokesOf(scene.feed, torrent.info.infoHash, giver.name), ({ peer }) => peer);
    const open = Object.entries(part.connections).filter(([, connection]) => connection.open);
    for (const peer of new Set([...told.keys(), ...open.map(([name]) => name)]))
      byPeer.set(peer, [...(byPeer.get(peer) ?? []), told.get(peer) ?? []]);
  }
  const links = (name: string) => giver.parts.flatMap(({ part }) => lookup(part.connections, name) ?? []);
  const tells = ({ torrents }: Lane) => torrents.flat().some(({ type }) => type !== "left");
  const rank = (lane: Lane) => (links(lane.name).some((link) => link.unchoked) ? 2 : 0) + (tells(lane) ? 1 : 0);
  return [...byPeer]
    .map(([name, torrents]): Lane => ({ name, torrents }))
    .filter((lane) => tells(lane) || links(lane.name).some((link) => link.open))
    .sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

function laneLine(scene: Scene, { name, torrents }: Lane, begin: number, cells: number): Line {
  const spans: Span[] = [[`  ${pad(printable(name), NAMES)}`, "text"]];
  const states = torrents.map(statesOf);
  for (let cell = 0; cell < cells; cell += 1) {
    const end = begin + (cell + 1) * STEP;
    const state = mostTelling(states.map((at) => at(end)));
    spans.push(end > scene.now + STEP ? [" ", "text"] : laneCell(state, scene.glyphs));
  }
  return spans;
}

/** Says what is so at `t`; asked for ever later times. */
function statesOf(events: readonly ChokeEvent[]): (t: number) => ChokeState {
  let next = 0;
  let state: ChokeState;
  return (t) => {
    for (let event = events[next]; event && event.t <= t; event = events[next]) {
      state = event.type;
      next += 1;
    }
    return state;
  };
}

function mostTelling(states: readonly ChokeState[]): ChokeState {
  return (["optimistic", "unchoke", "choke"] as const).find((state) => states.includes(state));
}

function laneCell(state: ChokeState, { lane }: Glyphs): Span {
  if (state === "unchoke") return [lane.unchoked, "unchoked"];
  if (state === "optimistic") return [lane.optimistic, "optimistic"];
  return state === "choke" ? [lane.choked, "choked"] : [" ", "text"];
}

/** Seconds ago, every ten cells. */
function axis(span: number, cells: number): Line {
  let text = "";
  for (let cell = 0; cell < cells; cell += 20) {
    const ago = Math.round(span - cell * STEP);
    if (ago <= 0) break;
    text = `${text.padEnd(cell)}|-${ago}s`;
  }
  return [[`  ${" ".repeat(NAMES)}${text}`.slice(0, NAMES + 2 + cells), "quiet"]];
}
