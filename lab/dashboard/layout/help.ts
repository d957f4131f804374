import type { Scene } from "../data/scene.ts";
import { type Line, pad } from "../look/line.ts";
import { type Binding, bindings, isProvided } from "../ui/keys.ts";
import type { SwarmAction } from "../ui/ui.ts";
import { type Box, type Drawn, scrolled } from "./box.ts";
import { legend } from "./choke.ts";

const flags: readonly (readonly [string, string])[] = [
  ["D d", "we want data of theirs and are unchoked / choked"],
  ["U u", "they want data of ours and we unchoke / choke them"],
  ["K ?", "unchoked without interest: they us / we them"],
  ["O", "our optimistic unchoke"],
  ["S I", "snubbed: asked, and silent for 10 s · incoming connection"],
];

/** Every key that works in this lab, and what the signs mean. */
export function helpView(scene: Scene, provided: ReadonlySet<SwarmAction>, box: Box): Drawn {
  const keys = bindings.filter((binding) => isProvided(binding, provided));
  const lines = [...keyLines(keys, box.columns), [], ...legendLines(scene)];
  return scrolled(lines, scene.ui.scroll.help, box, (line) => line);
}

function keyLines(keys: readonly Binding[], columns: number): Line[] {
  const across = columns >= 150 ? 3 : columns >= 76 ? 2 : 1;
  const width = Math.floor((columns - 1) / across);
  const rows = Math.ceil(keys.length / across);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: across }, (_, column) => keys[column * rows + row]).flatMap(
      (binding): Line =>
        binding
          ? [
              [` ${pad(binding.label, 6)} `, "key"],
              [pad(binding.help, width - 8), "text"],
            ]
          : [],
    ),
  );
}

function legendLines({ glyphs }: Scene): Line[] {
  const { shades } = glyphs;
  return [
    [["  Signs", "title"]],
    [
      [`  ${glyphs.seeder} `, "seeder"],
      ["has everything  ", "text"],
      [`${glyphs.leecher} `, "leecher"],
      ["downloads  ", "text"],
      [`${glyphs.tracker} `, "tracker"],
      ["tracker  ", "text"],
      [`${glyphs.mark} `, "mark"],
      ["marker", "text"],
    ],
    (Object.keys(glyphs.behaviour) as (keyof typeof glyphs.behaviour)[]).flatMap(
      (kind): Line => [
        [`  ${glyphs.behaviour[kind]} `, "bad"],
        [kind, "text"],
      ],
    ),
    [
      [`  ${shades.join("")} `, "leecher"],
      ["none to all pieces of a cell  ", "text"],
      [glyphs.fresh, "fresh"],
      [" just completed  ", "text"],
      [glyphs.rarest, "rare"],
      [" rarest piece", "text"],
    ],
    legend(glyphs),
    [
      ["  lanes ", "text"],
      [glyphs.lane.unchoked.repeat(3), "unchoked"],
      [" unchoked  ", "text"],
      [glyphs.lane.optimistic.repeat(3), "optimistic"],
      [" optimistic  ", "text"],
      [glyphs.lane.choked.repeat(3), "choked"],
      [" choked", "text"],
    ],
    [],
    [["  Flags of a connection", "title"]],
    ...flags.map(
      ([letters, meaning]): Line => [
        [`  ${pad(letters, 5)}`, "key"],
        [meaning, "text"],
      ],
    ),
    [],
    [["  Numbers", "title"]],
    [["  Rates are counters' differences over two seconds; empty when idle. KiB = 1024 bytes.", "text"]],
    [["  Distributed copies: holders of the rarest piece + share of the pieces that have more.", "text"]],
    [["  Bound: minimum distribution time for these limits (Kumar & Ross 2006).", "text"]],
    [["  Efficiency: bound / time from the leechers' release to the last completion.", "text"]],
  ];
}
