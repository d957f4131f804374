import { sharedTorrents } from "../../swarm/live.ts";
import type { Scene } from "../data/scene.ts";
import { fitLine, type Line } from "../look/line.ts";
import { followed, type Reach, type View } from "../ui/ui.ts";
import type { Box, Drawn } from "./box.ts";
import { chokeView } from "./choke.ts";
import { eventsView, newest, storyLine, trackerView } from "./feeds.ts";
import { type FooterState, footerLine } from "./footer.ts";
import { gaveView } from "./gave.ts";
import { headerLines } from "./header.ts";
import { helpView } from "./help.ts";
import { peerView } from "./peer.ts";
import { peersView } from "./peers.ts";
import { piecesView } from "./pieces.ts";
import { projectorPeers } from "./projector.ts";
import { ratesView } from "./rates.ts";
import { isTiny, tinyLine } from "./tiny.ts";

const viewsByName: Record<View, (scene: Scene, box: Box) => Drawn> = {
  peers: (scene, box) => (scene.projector ? projectorPeers(scene, box) : peersView(scene, box)),
  pieces: piecesView,
  choke: chokeView,
  gave: gaveView,
  tracker: trackerView,
  events: eventsView,
  rates: ratesView,
};

export interface Picture {
  /** Exactly as many as the box has rows. */
  readonly lines: readonly Line[];
  readonly reach: Reach;
}

/** The whole screen: header, view, the newest events, keys. */
export function picture(scene: Scene, state: FooterState, box: Box): Picture {
  if (isTiny(box)) return finish(scene, box, [tinyLine(scene, box.columns)], { lines: [], page: 1, scroll: 0 });
  const header = headerLines(scene, box.columns);
  const ticker = tickerRows(scene, box);
  const room = { columns: box.columns, rows: box.rows - header.length - ticker - 1 };
  const body = drawBody(scene, state, room);
  const free = ticker + room.rows - body.lines.length;
  const lines = [...header, ...body.lines, ...newsLines(scene, ticker, free), footerLine(scene, state, box.columns)];
  return finish(scene, box, lines, body);
}

/** The newest events at the bottom of what is free; between the view and them stays a row. */
function newsLines(scene: Scene, ticker: number, free: number): Line[] {
  const most = ticker === 0 ? 0 : Math.max(ticker, free - 1);
  const news = newest(scene, most);
  const blank: Line[] = Array.from({ length: Math.max(0, free - news.length) }, () => []);
  return [...blank, ...news.map((story) => storyLine(scene, story))];
}

function drawBody(scene: Scene, state: FooterState, room: Box): Drawn {
  const { kind } = scene.ui.overlay;
  if (kind === "help") return helpView(scene, state.provided, room);
  if (kind === "peer") return peerView(scene, room);
  return viewsByName[scene.ui.view](scene, room);
}

/** Where there is room and the view is not a feed itself. */
function tickerRows({ ui, projector }: Scene, { rows }: Box): number {
  if (projector || ui.overlay.kind === "help" || ui.overlay.kind === "peer") return 0;
  if (ui.view === "events" || ui.view === "tracker" || rows < 16) return 0;
  return rows < 30 ? 2 : 4;
}

function finish(scene: Scene, box: Box, lines: readonly Line[], drawn: Drawn): Picture {
  const fitted = lines.slice(0, box.rows).map((line) => fitLine(line, box.columns));
  return { lines: fitted, reach: reachOf(scene, drawn) };
}

/** How far keys can go in what was drawn. */
export function reachOf({ peers, model }: Scene, { page, scroll, feed }: Omit<Drawn, "lines">): Reach {
  const torrents = sharedTorrents(model).map(({ info }) => info.source);
  return { page, scroll, feed: feed ?? followed, peers: peers.map(({ name }) => name), torrents };
}
