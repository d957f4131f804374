import { lookup } from "../../swarm/dictionary.ts";
import { formatBytes, printable } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
import { compareNames } from "../data/sort-peers.ts";
import { bar } from "../look/chart.ts";
import { type Line, pad } from "../look/line.ts";
import type { GaveSort, Sort } from "../ui/ui.ts";
import { type Box, type Drawn, quiet, scrolled } from "./box.ts";
import { percent } from "./format.ts";

interface Gift {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  /** Of all that the receiver got. */
  readonly share: number;
  readonly givenByGiver: number;
}

/** Verified payload of every pair that gave something. */
export function gaveView(scene: Scene, box: Box): Drawn {
  const gifts = giftsOf(scene);
  if (gifts.length === 0) return { lines: [quiet("  Nobody gave anything yet.")], page: 1, scroll: 0 };
  const sizes = sizesOf(gifts, box.columns);
  const room = { columns: box.columns, rows: Math.max(1, box.rows - 2) };
  const body = scrolled(gifts, scene.ui.scroll.gave, room, (gift, i) => giftLine(scene, gift, gifts[i - 1], sizes));
  return { ...body, lines: [heading(scene, sizes), ...body.lines, legend].slice(0, box.rows) };
}

const legend = quiet("  Verified bytes, their share of all that the receiver got, and bars to compare.");

/** Widths that all rows share, and what the longest bar stands for. */
interface Sizes {
  readonly names: number;
  readonly bar: number;
  /** Bytes. */
  readonly most: number;
}

function sizesOf(gifts: readonly Gift[], columns: number): Sizes {
  const longest = gifts.reduce((most, { from, to }) => Math.max(most, from.length, to.length), 10);
  const names = Math.min(24, longest);
  const most = gifts.reduce((all, { bytes }) => Math.max(all, bytes), 0);
  return { names, bar: Math.max(4, Math.min(60, columns - 2 * names - 40)), most };
}

/** Gifts of all shown torrents in the chosen order; the filter looks at both names. */
export function giftsOf(scene: Scene): Gift[] {
  const byPair = new Map<string, Map<string, number>>();
  const received = new Map<string, number>();
  for (const { given } of scene.torrents)
    for (const [from, row] of Object.entries(given))
      for (const [to, bytes] of Object.entries(row)) {
        const pairs = byPair.get(from) ?? new Map<string, number>();
        byPair.set(from, pairs.set(to, (pairs.get(to) ?? 0) + bytes));
        received.set(to, (received.get(to) ?? 0) + bytes);
      }
  const filter = scene.ui.filter.toLowerCase();
  const gifts = [...byPair].flatMap(([from, row]) => {
    const givenByGiver = [...row.values()].reduce((sum, bytes) => sum + bytes, 0);
    return [...row]
      .filter(([to]) => `${from} ${to}`.toLowerCase().includes(filter))
      .map(([to, bytes]) => ({
        from: printable(from),
        to: printable(to),
        bytes,
        share: bytes / (received.get(to) || 1),
        givenByGiver,
      }));
  });
  return gifts.sort(compareGifts(scene.ui.sort.gave));
}

function compareGifts({ by, reversed }: Sort<GaveSort>): (a: Gift, b: Gift) => number {
  const orders: Record<GaveSort, (a: Gift, b: Gift) => number> = {
    giver: (a, b) => b.givenByGiver - a.givenByGiver || compareNames(a.from, b.from) || b.bytes - a.bytes,
    bytes: (a, b) => b.bytes - a.bytes,
    receiver: (a, b) => compareNames(a.to, b.to) || b.bytes - a.bytes,
  };
  return (a, b) => (reversed ? -1 : 1) * orders[by](a, b);
}

function heading(scene: Scene, { names }: Sizes): Line {
  const { by, reversed } = scene.ui.sort.gave;
  const title = (text: string, sort: GaveSort) =>
    by === sort ? `${text}${reversed ? scene.glyphs.up : scene.glyphs.down}` : text;
  return [
    [`  ${pad(title("GIVER", "giver"), names)} ${pad("ALL", 10, "right")}     `, "quiet"],
    [
      `${pad(title("RECEIVER", "receiver"), names)} ${pad(title("GAVE", "bytes"), 10, "right")}  OF WHAT IT GOT`,
      "quiet",
    ],
  ];
}

function giftLine(scene: Scene, gift: Gift, above: Gift | undefined, sizes: Sizes): Line {
  const { glyphs } = scene;
  const { names } = sizes;
  const first = scene.ui.sort.gave.by !== "giver" || above?.from !== gift.from;
  const { full } = bar(gift.bytes / sizes.most, sizes.bar, glyphs);
  const seeder = lookup(scene.model.nodes, gift.from)?.role === "seeder";
  return [
    [`  ${pad(first ? gift.from : "", names)} `, seeder ? "seeder" : "leecher"],
    [pad(first ? formatBytes(gift.givenByGiver) : "", 10, "right"), "quiet"],
    [`  ${glyphs.arrow}  `, "quiet"],
    [`${pad(gift.to, names)} `, "text"],
    [pad(formatBytes(gift.bytes), 10, "right"), "title"],
    [` ${pad(percent(gift.share), 5, "right")} `, "quiet"],
    [full, "up"],
  ];
}
