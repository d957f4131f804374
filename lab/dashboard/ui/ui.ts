import { type PeerSort, peerSorts } from "../data/sort-peers.ts";

export const views = ["peers", "pieces", "choke", "gave", "tracker", "events", "rates"] as const;
export type View = (typeof views)[number];

export interface Sort<T extends string> {
  readonly by: T;
  readonly reversed: boolean;
}

export const gaveSorts = ["giver", "bytes", "receiver"] as const;
export type GaveSort = (typeof gaveSorts)[number];

/** What lies over the view. */
export type Overlay =
  | { readonly kind: "none" }
  | { readonly kind: "help" }
  | { readonly kind: "peer" }
  | { readonly kind: "confirm"; readonly question: string; readonly action: SwarmAction };

/** What the keyboard writes into, with what was written so far. */
export type Typing = { readonly into: "filter" | "mark"; readonly text: string } | null;

/** Keys that change the swarm; each works when its callback was given. */
export type SwarmAction =
  | "addLeecher"
  | "removeNode"
  | "togglePause"
  | "togglePauseAll"
  | "retorrent"
  | "toggleWatch"
  | "announce"
  | "slower"
  | "faster"
  | "openWeb";

/** What the viewer chose. Nothing of the swarm is in it. */
export interface Ui {
  readonly view: View;
  /** Info-hash; `null` shows all torrents. */
  readonly torrent: string | null;
  /** Name of the peer under the cursor; `null` is the first. */
  readonly peer: string | null;
  /** Rows scrolled: from the top, or in feeds from the newest. */
  readonly scroll: Readonly<Record<View | "help" | "peer", number>>;
  readonly filter: string;
  readonly sort: { readonly peers: Sort<PeerSort>; readonly gave: Sort<GaveSort> };
  readonly overlay: Overlay;
  readonly typing: Typing;
}

export function newUi(): Ui {
  const scroll = { peers: 0, pieces: 0, choke: 0, gave: 0, tracker: 0, events: 0, rates: 0, help: 0, peer: 0 };
  return {
    view: "peers",
    torrent: null,
    peer: null,
    scroll,
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
  | { readonly type: "ask"; readonly question: string; readonly action: SwarmAction };

/** What was on the screen when the key came: how far things can be moved. */
export interface Reach {
  /** Rows of a page. */
  readonly page: number;
  /** The most that the present view or overlay can be scrolled. */
  readonly scroll: number;
  /** Peers in their order. */
  readonly peers: readonly string[];
  readonly torrents: readonly string[];
}

export const noReach: Reach = { page: 1, scroll: 0, peers: [], torrents: [] };

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
      return reach.peers.length === 0 ? ui : { ...ui, overlay: { kind: "peer" }, scroll: { ...ui.scroll, peer: 0 } };
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
    case "ask":
      return { ...ui, overlay: { kind: "confirm", question: intent.question, action: intent.action } };
  }
}

/** Views in which the cursor goes from peer to peer; the others scroll. */
export function movesByPeer(ui: Ui): boolean {
  return ui.overlay.kind === "none" && ["peers", "pieces", "choke", "rates"].includes(ui.view);
}

/** Feeds grow at their end and are scrolled back from there. */
export function isFeed(view: View): boolean {
  return view === "tracker" || view === "events";
}

function move(ui: Ui, by: Extract<Intent, { type: "move" }>["by"], reach: Reach): Ui {
  if (movesByPeer(ui)) {
    const last = reach.peers.length - 1;
    const here = Math.max(0, ui.peer === null ? 0 : reach.peers.indexOf(ui.peer));
    return { ...ui, peer: reach.peers[target(by, here, last, reach.page)] ?? null };
  }
  const key = ui.overlay.kind === "help" || ui.overlay.kind === "peer" ? ui.overlay.kind : ui.view;
  const here = Math.min(ui.scroll[key], reach.scroll);
  const backwards = key !== "help" && key !== "peer" && isFeed(key);
  const moved = backwards
    ? reach.scroll - target(by, reach.scroll - here, reach.scroll, reach.page)
    : target(by, here, reach.scroll, reach.page);
  return { ...ui, scroll: { ...ui.scroll, [key]: moved } };
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
