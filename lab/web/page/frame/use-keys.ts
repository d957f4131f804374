import { useEffect } from "react";
import { saveFigure } from "../draw/figure.ts";
import type { Look } from "../look/look.ts";
import { labData } from "../state/lab-data.ts";
import { peerParts, shownTorrent, torrentsOf } from "../state/peers.ts";
import { chooseTorrent, setTheme, show, type ViewState, viewState, views } from "../state/view-state.ts";

/** Keys act when nothing is being typed. None of them changes the lab. */
export function useKeys(look: Look): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isShortcut(event) || isTyping(event)) return;
      if (press(event.key, look)) event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [look]);
}

/** Of the browser or the desktop. On many keyboards `[` takes AltGr, which some systems report as Control and Alt. */
function isShortcut(event: KeyboardEvent): boolean {
  if (event.metaKey) return true;
  return (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
}

/** In a field that takes the keys we know. A box or slider that was clicked does not. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === "Escape") {
    if (target.matches("input, select, textarea")) target.blur();
    return false;
  }
  return target.matches("select, textarea, input:not([type=checkbox], [type=range])");
}

function press(key: string, look: Look): boolean {
  const view = views[Number(key) - 1];
  if (view) show(view);
  const action = actions[key];
  action?.(viewState.get(), look);
  return view !== undefined || action !== undefined;
}

const actions: Record<string, (state: ViewState, look: Look) => void> = {
  "[": () => stepTorrent(-1),
  "]": () => stepTorrent(1),
  j: ({ peer }) => stepPeer(peer, 1),
  k: ({ peer }) => stepPeer(peer, -1),
  ",": ({ piece }) => stepPiece(piece, -1),
  ".": ({ piece }) => stepPiece(piece, 1),
  Escape: ({ help }) => viewState.change(help ? { help: false } : { peer: null, piece: null }),
  "/": () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
  i: ({ panel }) => viewState.change({ panel: panel === "inspect" ? "none" : "inspect" }),
  c: ({ panel }) => viewState.change({ panel: panel === "controls" ? "none" : "controls" }),
  p: ({ projector }) => viewState.change({ projector: !projector, panel: "none" }),
  t: (_, look) => setTheme(look.theme === "dark" ? "light" : "dark"),
  e: (_, look) => void saveFigure("png", look, labName()),
  E: (_, look) => void saveFigure("svg", look, labName()),
  "?": ({ help }) => viewState.change({ help: !help }),
};

function labName(): string {
  return labData.get().picture.swarm.run?.lab ?? "";
}

function stepTorrent(step: number): void {
  const { swarm } = labData.get().picture;
  const torrents = torrentsOf(swarm);
  const shown = shownTorrent(swarm, viewState.get());
  const next = shown && torrents.at((torrents.indexOf(shown) + step) % torrents.length);
  if (next) chooseTorrent(next);
}

function stepPeer(peer: string | null, step: number): void {
  const { picture } = labData.get();
  const torrent = shownTorrent(picture.swarm, viewState.get());
  const names = torrent ? peerParts(picture, torrent).map(({ node }) => node.name) : [];
  const found = names.indexOf(peer ?? "");
  const at = found < 0 && step < 0 ? 0 : found;
  viewState.change({ peer: names.at((at + step) % names.length) ?? null });
}

function stepPiece(piece: number | null, step: number): void {
  const torrent = shownTorrent(labData.get().picture.swarm, viewState.get());
  const count = torrent?.info.pieceCount ?? 0;
  if (count > 0) viewState.change({ piece: ((piece ?? (step > 0 ? -1 : 0)) + step + count) % count });
}
