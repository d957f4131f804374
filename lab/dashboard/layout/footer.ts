import { sharedTorrents } from "../../swarm/live.ts";
import { printable } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
import { fitLine, type Line, lineWidth, type Span } from "../look/line.ts";
import { type KeyEffect, validBindings } from "../ui/keys.ts";
import type { SwarmAction, Ui } from "../ui/ui.ts";

export interface FooterState {
  readonly provided: ReadonlySet<SwarmAction>;
  /** Whether Ctrl-C removes the lab. */
  readonly started: boolean;
  /** What the last key did. */
  readonly notice: string | undefined;
}

/** The keys that do something now, or what is being typed or asked. */
export function footerLine({ ui, model }: Scene, state: FooterState, columns: number): Line {
  if (ui.typing) return fitLine(typingLine(ui.typing), columns);
  if (ui.overlay.kind === "confirm") {
    return fitLine(
      [
        [` ${ui.overlay.question} `, "warn"],
        ["y", "key"],
        [" yes  ", "text"],
        ["n", "key"],
        [" no", "text"],
      ],
      columns,
    );
  }
  if (state.notice !== undefined) return fitLine([[` ${printable(state.notice)}`, "title"]], columns);
  const filter: Span[] = ui.filter === "" ? [] : [[` filter "${printable(ui.filter)}" `, "warn"]];
  const several = sharedTorrents(model).length > 1;
  return fitLine([...filter, ...keyHints(ui, state, several, columns - lineWidth(filter))], columns);
}

function typingLine({ into, text }: { into: "filter" | "mark"; text: string }): Line {
  return [
    [into === "filter" ? " filter: " : " marker: ", "key"],
    [printable(text), "title"],
    [" ", "text", true],
    ["  Enter keeps, Esc drops", "quiet"],
  ];
}

/** As many as fit; the way out is never cut off. */
function keyHints(ui: Ui, { provided, started }: FooterState, several: boolean, columns: number): Span[] {
  const bindings = validBindings(ui, provided).filter(
    ({ short, effect }) =>
      short !== undefined && (effect.kind !== "interrupt" || started) && (several || !isTorrentKey(effect)),
  );
  const isExit = (kind: string) => kind === "quit" || kind === "interrupt";
  const hints = bindings.map(({ label, short, effect }) => ({
    exit: isExit(effect.kind),
    spans: [
      [` ${label}`, "key"],
      [` ${short} `, "quiet"],
    ] satisfies Span[],
  }));
  let room = columns - hints.filter(({ exit }) => exit).reduce((sum, { spans }) => sum + lineWidth(spans), 0);
  return hints
    .filter(({ exit, spans }) => {
      if (exit) return true;
      room -= lineWidth(spans);
      return room >= 0;
    })
    .flatMap(({ spans }) => spans);
}

function isTorrentKey(effect: KeyEffect): boolean {
  return effect.kind === "intent" && effect.intent.type === "torrent";
}
