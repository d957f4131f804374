import type { TorrentModel } from "../../../swarm/model.ts";
import { createStore } from "./store.ts";

export const views = ["swarm", "pieces", "exchange", "rates", "peers", "tracker", "events"] as const;
export type ViewName = (typeof views)[number];

export type Theme = "light" | "dark";

/** What the visitor chose. */
export interface ViewState {
  readonly view: ViewName;
  /** Info-hash; `null` means the first torrent. */
  readonly torrent: string | null;
  /** Whether that torrent was no longer shared when it was chosen. */
  readonly past: boolean;
  readonly peer: string | null;
  readonly piece: number | null;
  readonly theme: Theme | "system";
  readonly projector: boolean;
  readonly panel: "inspect" | "controls" | "none";
  readonly help: boolean;
}

const query = new URLSearchParams(location.search);

export const viewState = createStore<ViewState>({
  view: viewOf(location.hash.slice(1)),
  torrent: null,
  past: false,
  peer: null,
  piece: null,
  theme: storedTheme(),
  projector: query.get("projector") === "1",
  panel: innerWidth > 900 && query.get("projector") !== "1" ? "inspect" : "none",
  help: false,
});

/** The view is in the address, so that a link can point at it and Back works. */
export function followAddress(): void {
  window.addEventListener("hashchange", () => {
    viewState.change({ view: viewOf(location.hash.slice(1)) });
  });
}

/** At once: the address tells of its change a moment later, and the next key may be for the new view. */
export function show(view: ViewName): void {
  location.hash = view;
  viewState.change({ view });
}

export function chooseTorrent({ info, retired }: TorrentModel): void {
  viewState.change({ torrent: info.infoHash, past: retired, piece: null });
}

export function setTheme(theme: ViewState["theme"]): void {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage may be off; the choice then lasts as long as the page.
  }
  viewState.change({ theme });
}

function storedTheme(): ViewState["theme"] {
  const asked = query.get("theme");
  if (asked === "light" || asked === "dark") return asked;
  try {
    const stored = localStorage.getItem("theme");
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

/** The first address has no view in it, and Back leads there too. */
function viewOf(text: string): ViewName {
  return views.find((view) => view === text) ?? "swarm";
}
