import { type PeerSort, peerSorts } from "../data/sort-peers.ts";

export const views = ["peers", "pieces", "choke", "gave", "tracker", "events", "rates"] as const;
export type View = (typeof views)[number];

export interface Sort<T extends string> {
  readonly by: T;
  readonly reversed: boolean;
}

/** Views that grow at their end and are scrolled back from there. */
export type FeedName = "tracker" | "events";

/** How many lines a feed was scrolled back, and which was its newest then (its `seq`): what came since is below too. */
export interface FeedPlace {
  readonly back: number;
  readonly newest: number;
}

export const followed: FeedPlace = { back: 0, newest: 0 };

export const gaveSorts = ["giver", "bytes", "receiver"] as const;
export type GaveSort = (typeof gaveSorts)[number];

/** What lies over the view. */
export type Overlay =
  | { readonly kind: "none" }
  | { readonly kind: "help" }
  | { readonly kind: "peer" }
  | { readonly kind: "confirm"; readonly question: string; readonly action: SwarmAction; readonly peer: string };

/** What the keyboard writes into, with what was written so far. */
export type Typing = { readonly into: "filter" | "mark"; readonly text: string } | null;

/** Keys that change the swarm; each works when its callback was given. */
export type SwarmAction =
  | "addLeecher"
  | "removeNode"
  | "togglePause"
  | "togglePauseAll"
  | "toggleStop"
  | "retorrent"
  | "toggleWatch"
  | "announce"
  | "slower"
  | "faster"
  | "openWeb";

/** What the viewer chose. Nothing of the swarm is in it. */
export interface Ui {
  readonly view: View;
  /** The entry of `sources/` whose torrent is shown alone, also when it is made anew; `null` shows all. */
  readonly torrent: string | null;
  /** Name of the peer that the cursor is on; `null` is none yet. */
  readonly peer: string | null;
  /** In which row it was seen last: when it is gone, the cursor is on who moved up there. */
  readonly row: number;
  /** Rows scrolled from the top. */
  readonly scroll: Readonly<Record<Exclude<View, FeedName> | "help" | "peer", number>>;
  readonly feeds: Readonly<Record<FeedName, FeedPlace>>;
  readonly filter: string;
  readonly sort: { readonly peers: Sort<PeerSort>; readonly gave: Sort<GaveSort> };
  readonly overlay: Overlay;
  readonly typing: Typing;
}

export function newUi(): Ui {
  const scroll = { peers: 0, pieces: 0, choke: 0, gave: 0, rates: 0, help: 0, peer: 0 };
  return {
    view: "peers",
    torrent: null,
    peer: null,
    row: 0,
    scroll,
    feeds: { tracker: followed, events: followed },
    filter: "",
    sort: { peers: { by: "name", reversed: false }, gave: { by: "giver", reversed: false } },
    overlay: { kind: "none" },
    typing: null,
  };
}

/** What a key means to the picture. */
export type Intent =
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "move"; readonly by: number | "page-up" | "page-down" | "top" | "bottom" }
  | { readonly type: "torrent"; readonly by: 1 | -1 }
  | { readonly type: "sort" }
  | { readonly type: "reverse" }
  | { readonly type: "help" }
  | { readonly type: "open" }
  | { readonly type: "back" }
  | { readonly type: "write"; readonly into: "filter" | "mark" }
  | { readonly type: "typed"; readonly text: string }
  | { readonly type: "erase" }
  | { readonly type: "entered" }
  | { readonly type: "seen" }
  | { readonly type: "ask"; readonly question: string; readonly action: SwarmAction; readonly peer: string };

/** What was on the screen when the key came: how far things can be moved. */
export interface Reach {
  /** Rows of a page. */
  readonly page: number;
  /** The most that the present view or overlay can be scrolled. */
  readonly scroll: number;
  /** Where the present view, if it is a feed, stands. */
  readonly feed: FeedPlace;
  /** Peers in their order. */
  readonly peers: readonly string[];
  /** Sources of the shared torrents. */
  readonly torrents: readonly string[];
}

export const noReach: Reach = { page: 1, scroll: 0, feed: followed, peers: [], torrents: [] };

export function reduce(ui: Ui, intent: Intent, reach: Reach): Ui {
  switch (intent.type) {
    case "view":
      return { ...ui, view: intent.view, overlay: { kind: "none" } };
    case "move":
      return move(ui, intent.by, reach);
    case "torrent":
      return { ...ui, torrent: nextTorrent(ui.torrent, intent.by, reach.torrents) };
    case "sort":
      return sortByNext(ui);
    case "reverse":
      return reverse(ui);
    case "help":
      return {
        ...ui,
        overlay: { kind: ui.overlay.kind === "help" ? "none" : "help" },
        scroll: { ...ui.scroll, help: 0 },
      };
    case "open":
      return open(ui, reach);
    case "back":
      return back(ui);
    case "write":
      return { ...ui, typing: { into: intent.into, text: intent.into === "filter" ? ui.filter : "" } };
    case "typed":
      return typed(ui, `${ui.typing?.text ?? ""}${intent.text}`.slice(0, 200));
    case "erase":
      return typed(ui, [...(ui.typing?.text ?? "")].slice(0, -1).join(""));
    case "entered":
      return { ...ui, typing: null };
    case "seen":
      return seen(ui, reach);
    case "ask":
      return {
        ...ui,
        overlay: { kind: "confirm", question: intent.question, action: intent.action, peer: intent.peer },
      };
  }
}

/** Views in which the cursor goes from peer to peer; the others scroll. */
export function movesByPeer(ui: Ui): boolean {
  return ui.overlay.kind === "none" && ["peers", "pieces", "choke", "rates"].includes(ui.view);
}

/** The row of the cursor: of its peer, or of who took its place. */
export function cursorRow({ peer, row }: Pick<Ui, "peer" | "row">, peers: readonly string[]): number {
  const here = peer === null ? -1 : peers.indexOf(peer);
  return here >= 0 ? here : Math.max(0, Math.min(row, peers.length - 1));
}

/** The peer that keys are about: under the cursor, or open. `undefined` where the picture points at none. */
export function pointedAt(ui: Ui, { peers }: Reach): string | undefined {
  if (ui.overlay.kind === "peer") return ui.peer ?? undefined;
  return movesByPeer(ui) ? peers[cursorRow(ui, peers)] : undefined;
}

/** Remembers where the cursor's peer is, while it is there. */
function seen(ui: Ui, { peers }: Reach): Ui {
  const row = cursorRow(ui, peers);
  return row === ui.row ? ui : { ...ui, row };
}

/** From then on it is this peer, wherever the order moves it. */
function open(ui: Ui, reach: Reach): Ui {
  const peer = pointedAt(ui, reach);
  return peer === undefined ? ui : { ...ui, peer, overlay: { kind: "peer" }, scroll: { ...ui.scroll, peer: 0 } };
}

function move(ui: Ui, by: Extract<Intent, { type: "move" }>["by"], reach: Reach): Ui {
  if (movesByPeer(ui)) {
    const last = reach.peers.length - 1;
    return { ...ui, peer: reach.peers[target(by, cursorRow(ui, reach.peers), last, reach.page)] ?? null };
  }
  const key = ui.overlay.kind === "help" || ui.overlay.kind === "peer" ? ui.overlay.kind : ui.view;
  if (key === "tracker" || key === "events") {
    const top = target(by, reach.scroll - reach.feed.back, reach.scroll, reach.page);
    return { ...ui, feeds: { ...ui.feeds, [key]: { back: reach.scroll - top, newest: reach.feed.newest } } };
  }
  const here = Math.min(ui.scroll[key], reach.scroll);
  return { ...ui, scroll: { ...ui.scroll, [key]: target(by, here, reach.scroll, reach.page) } };
}

function target(by: number | string, here: number, last: number, page: number): number {
  const steps: Record<string, number> = { "page-up": here - page, "page-down": here + page, top: 0, bottom: last };
  const wanted = typeof by === "number" ? here + by : (steps[by] ?? here);
  return Math.max(0, Math.min(last, wanted));
}

/** All, the first, the second, … and round again. */
function nextTorrent(now: string | null, by: 1 | -1, torrents: readonly string[]): string | null {
  const ring = [null, ...torrents];
  const here = Math.max(0, ring.indexOf(now));
  return ring[(here + by + ring.length) % ring.length] ?? null;
}

function sortByNext(ui: Ui): Ui {
  const { peers, gave } = ui.sort;
  if (ui.view === "gave") return { ...ui, sort: { peers, gave: { ...gave, by: after(gaveSorts, gave.by) } } };
  return { ...ui, sort: { gave, peers: { ...peers, by: after(peerSorts, peers.by) } } };
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

function reverse(ui: Ui): Ui {
  const { peers, gave } = ui.sort;
  if (ui.view === "gave") return { ...ui, sort: { peers, gave: { ...gave, reversed: !gave.reversed } } };
  return { ...ui, sort: { gave, peers: { ...peers, reversed: !peers.reversed } } };
}

/** Esc goes back one step: what is being typed, what lies on top, the filter. It never quits. */
function back(ui: Ui): Ui {
  if (ui.typing) return { ...ui, typing: null, filter: ui.typing.into === "filter" ? "" : ui.filter };
  if (ui.overlay.kind !== "none") return { ...ui, overlay: { kind: "none" } };
  return { ...ui, filter: "" };
}

/** A filter works while it is typed. */
function typed(ui: Ui, text: string): Ui {
  if (!ui.typing) return ui;
  return { ...ui, typing: { ...ui.typing, text }, filter: ui.typing.into === "filter" ? text : ui.filter };
}
