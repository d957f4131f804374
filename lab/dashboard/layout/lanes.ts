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
    ...shown.map(({ name, events }) => laneLine(scene, name, events, begin, cells)),
    axis(scene.now - begin, cells),
  ].slice(0, box.rows) as Line[];
}

/** Those who were unchoked last come first. */
function receivers(scene: Scene, giver: PeerRow): { name: string; events: ChokeEvent[] }[] {
  const byPeer = new Map<string, ChokeEvent[]>();
  for (const { torrent, part } of giver.parts) {
    for (const [peer, connection] of Object.entries(part.connections))
      if (connection.open && !byPeer.has(peer)) byPeer.set(peer, []);
    for (const event of chokesOf(scene.feed, torrent.info.infoHash, giver.name)) {
      const events = byPeer.get(event.peer) ?? [];
      events.push(event);
      byPeer.set(event.peer, events);
    }
  }
  const unchoked = (name: string) => giver.parts.some(({ part }) => lookup(part.connections, name)?.unchoked);
  const lanes = [...byPeer].map(([name, events]) => ({ name, events: events.sort((a, b) => a.t - b.t) }));
  const rank = (lane: (typeof lanes)[number]) => (unchoked(lane.name) ? 2 : 0) + (lane.events.length > 0 ? 1 : 0);
  return lanes.sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

function laneLine(scene: Scene, name: string, events: readonly ChokeEvent[], begin: number, cells: number): Line {
  const spans: Span[] = [[`  ${pad(printable(name), NAMES)}`, "text"]];
  let next = 0;
  let state: ChokeEvent["type"] | undefined;
  for (let cell = 0; cell < cells; cell += 1) {
    const end = begin + (cell + 1) * STEP;
    for (let event = events[next]; event && event.t <= end; event = events[next]) {
      state = event.type;
      next += 1;
    }
    spans.push(end > scene.now + STEP ? [" ", "text"] : laneCell(state, scene.glyphs));
  }
  return spans;
}

function laneCell(state: ChokeEvent["type"] | undefined, { lane }: Glyphs): Span {
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
