import type { Intent, SwarmAction, Ui, View } from "./ui.ts";
import { views } from "./ui.ts";

/** What a key does besides changing the picture. */
export type KeyEffect =
  | { readonly kind: "intent"; readonly intent: Intent }
  | { readonly kind: "action"; readonly action: SwarmAction; readonly confirm?: string }
  | { readonly kind: "redraw" }
  | { readonly kind: "quit" }
  | { readonly kind: "interrupt" };

export interface Binding {
  /** As `keysOf` gives them; the first is shown. */
  readonly keys: readonly string[];
  /** How it is written in the footer and in the help. */
  readonly label: string;
  /** One or two words for the footer; without it the key is in the help only. */
  readonly short?: string;
  readonly help: string;
  readonly effect: KeyEffect;
  /** Where it does something; everywhere without it. */
  readonly in?: (ui: Ui) => boolean;
}

const intent = (value: Intent): KeyEffect => ({ kind: "intent", intent: value });
const action = (name: SwarmAction, confirm?: string): KeyEffect => ({
  kind: "action",
  action: name,
  ...(confirm === undefined ? {} : { confirm }),
});
const noOverlay = (ui: Ui) => ui.overlay.kind === "none";
const ofPeers = (ui: Ui) => noOverlay(ui) && ["peers", "pieces", "choke", "rates"].includes(ui.view);
const sorted = (ui: Ui) => noOverlay(ui) && !["tracker", "events", "rates"].includes(ui.view);

export const viewTitles: Record<View, string> = {
  peers: "Peers",
  pieces: "Pieces",
  choke: "Choke",
  gave: "Gave",
  tracker: "Tracker",
  events: "Events",
  rates: "Rates",
};

/** Every key there is, in the order of the help. */
export const bindings: readonly Binding[] = [
  { keys: ["?", "h"], label: "?", short: "help", help: "this help and the legend", effect: intent({ type: "help" }) },
  ...views.map(
    (view, i): Binding => ({
      keys: [String(i + 1)],
      label: String(i + 1),
      help: viewTitles[view],
      effect: intent({ type: "view", view }),
    }),
  ),
  { keys: ["up", "k"], label: "↑ k", help: "up", effect: intent({ type: "move", by: -1 }) },
  { keys: ["down", "j"], label: "↓ j", help: "down", effect: intent({ type: "move", by: 1 }) },
  { keys: ["pageup"], label: "PgUp", help: "a page up", effect: intent({ type: "move", by: "page-up" }) },
  { keys: ["pagedown"], label: "PgDn", help: "a page down", effect: intent({ type: "move", by: "page-down" }) },
  { keys: ["g", "home"], label: "g", help: "to the top", effect: intent({ type: "move", by: "top" }) },
  { keys: ["G", "end"], label: "G", help: "to the end", effect: intent({ type: "move", by: "bottom" }) },
  {
    keys: ["enter"],
    label: "Enter",
    short: "open",
    help: "open the peer",
    effect: intent({ type: "open" }),
    in: ofPeers,
  },
  { keys: ["esc"], label: "Esc", short: "back", help: "back", effect: intent({ type: "back" }), in: canGoBack },
  {
    keys: ["tab", "]"],
    label: "Tab ]",
    short: "torrent",
    help: "the next torrent, or all",
    effect: intent({ type: "torrent", by: 1 }),
  },
  { keys: ["shift-tab", "["], label: "[", help: "the torrent before", effect: intent({ type: "torrent", by: -1 }) },
  {
    keys: ["/"],
    label: "/",
    short: "filter",
    help: "filter by name, state or client",
    effect: intent({ type: "write", into: "filter" }),
    in: noOverlay,
  },
  {
    keys: ["s"],
    label: "s",
    short: "sort",
    help: "sort by the next column",
    effect: intent({ type: "sort" }),
    in: sorted,
  },
  {
    keys: ["r"],
    label: "r",
    short: "reverse",
    help: "reverse the order",
    effect: intent({ type: "reverse" }),
    in: sorted,
  },
  {
    keys: ["m"],
    label: "m",
    short: "mark",
    help: "set a marker in the journal",
    effect: intent({ type: "write", into: "mark" }),
  },
  { keys: ["a"], label: "a", short: "add", help: "add a leecher", effect: action("addLeecher") },
  {
    keys: ["x"],
    label: "x",
    short: "remove",
    help: "remove the peer",
    effect: action("removeNode", "Remove"),
    in: ofPeers,
  },
  {
    keys: ["space"],
    label: "Space",
    short: "pause",
    help: "pause or unpause the peer",
    effect: action("togglePause"),
    in: ofPeers,
  },
  {
    keys: ["S"],
    label: "S",
    short: "stop",
    help: "stop or start the peer",
    effect: action("toggleStop"),
    in: ofPeers,
  },
  { keys: ["P"], label: "P", help: "pause or unpause the swarm", effect: action("togglePauseAll") },
  { keys: ["t"], label: "t", short: "retorrent", help: "make torrents of sources/ anew", effect: action("retorrent") },
  {
    keys: ["T"],
    label: "T",
    help: "watch sources/, or no more",
    effect: action("toggleWatch"),
  },
  { keys: ["n"], label: "n", short: "announce", help: "announce now: the peer, or all", effect: action("announce") },
  { keys: ["<"], label: "<", short: "slower", help: "slower: halve upload limits", effect: action("slower") },
  { keys: [">"], label: ">", short: "faster", help: "faster: double upload limits", effect: action("faster") },
  { keys: ["w"], label: "w", short: "web", help: "open the web view", effect: action("openWeb") },
  { keys: ["ctrl-l"], label: "^L", help: "draw the screen anew", effect: { kind: "redraw" } },
  { keys: ["q"], label: "q", short: "leave", help: "leave; the lab goes on", effect: { kind: "quit" } },
  {
    keys: ["ctrl-c"],
    label: "^C",
    short: "remove lab",
    help: "remove the lab, if started here",
    effect: { kind: "interrupt" },
  },
];

function canGoBack(ui: Ui): boolean {
  return ui.overlay.kind !== "none" || ui.filter !== "";
}

/** The binding of a key now; keys whose action nobody provides do nothing. */
export function findBinding(key: string, ui: Ui, provided: ReadonlySet<SwarmAction>): Binding | undefined {
  return validBindings(ui, provided).find((binding) => binding.keys.includes(key));
}

export function validBindings(ui: Ui, provided: ReadonlySet<SwarmAction>): Binding[] {
  return bindings.filter((binding) => isProvided(binding, provided) && (binding.in?.(ui) ?? true));
}

export function isProvided({ effect }: Binding, provided: ReadonlySet<SwarmAction>): boolean {
  return effect.kind !== "action" || provided.has(effect.action);
}
