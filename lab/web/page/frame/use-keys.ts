import { useEffect } from "react";
import { saveFigure } from "../draw/figure.ts";
import type { Look } from "../look/look.ts";
import { labData } from "../state/lab-data.ts";
import { peerParts, shownTorrent } from "../state/peers.ts";
import { setTheme, show, type ViewState, viewState, views } from "../state/view-state.ts";

/** Keys act when nothing is being typed. None of them changes the lab. */
export function useKeys(look: Look): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (press(event.key, look)) event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [look]);
}

function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === "Escape") {
    if (target.matches("input")) target.blur();
    return false;
  }
  return target.matches("input, select, textarea");
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
  const hashes = Object.keys(swarm.torrents);
  const shown = shownTorrent(swarm, viewState.get().torrent);
  const next = shown && hashes.at((hashes.indexOf(shown.info.infoHash) + step) % hashes.length);
  if (next) viewState.change({ torrent: next, piece: null });
}

function stepPeer(peer: string | null, step: number): void {
  const { swarm } = labData.get().picture;
  const torrent = shownTorrent(swarm, viewState.get().torrent);
  const names = torrent ? peerParts(swarm, torrent).map(({ node }) => node.name) : [];
  const at = peer === null ? (step > 0 ? -1 : 0) : names.indexOf(peer);
  viewState.change({ peer: names.at((at + step) % names.length) ?? null });
}

function stepPiece(piece: number | null, step: number): void {
  const torrent = shownTorrent(labData.get().picture.swarm, viewState.get().torrent);
  const count = torrent?.info.pieceCount ?? 0;
  if (count > 0) viewState.change({ piece: ((piece ?? (step > 0 ? -1 : 0)) + step + count) % count });
}
