import { lookup } from "../../swarm/dictionary.ts";
import { formatBytes, printable } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
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
  const gifts = giftsOf(scene).sort(compareGifts(scene.ui.sort.gave));
  if (gifts.length === 0) return { lines: [quiet("  Nobody gave anything yet.")], page: 1, scroll: 0 };
  const names = Math.min(24, Math.max(10, ...gifts.flatMap(({ from, to }) => [from.length, to.length])));
  const most = Math.max(...gifts.map(({ bytes }) => bytes));
  const body = scrolled(
    gifts.map((gift, i) => giftLine(scene, gift, gifts[i - 1], names, most, box.columns)),
    scene.ui.scroll.gave,
    { columns: box.columns, rows: box.rows - 1 },
  );
  return { ...body, lines: [heading(scene, names), ...body.lines] };
}

/** A giver's gifts of all shown torrents; the filter looks at both names. */
function giftsOf(scene: Scene): Gift[] {
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
  return [...byPair].flatMap(([from, row]) => {
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
}

function compareGifts({ by, reversed }: Sort<GaveSort>): (a: Gift, b: Gift) => number {
  const name = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
  const orders: Record<GaveSort, (a: Gift, b: Gift) => number> = {
    giver: (a, b) => b.givenByGiver - a.givenByGiver || name(a.from, b.from) || b.bytes - a.bytes,
    bytes: (a, b) => b.bytes - a.bytes,
    receiver: (a, b) => name(a.to, b.to) || b.bytes - a.bytes,
  };
  return (a, b) => (reversed ? -1 : 1) * orders[by](a, b);
}

function heading(scene: Scene, names: number): Line {
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

function giftLine(
  scene: Scene,
  gift: Gift,
  above: Gift | undefined,
  names: number,
  most: number,
  columns: number,
): Line {
  const { glyphs } = scene;
  const first = scene.ui.sort.gave.by !== "giver" || above?.from !== gift.from;
  const width = Math.max(4, Math.min(60, columns - 2 * names - 40));
  const { full } = bar(gift.bytes / most, width, glyphs);
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
