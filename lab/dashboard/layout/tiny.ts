import { labState } from "../../swarm/lab-state.ts";
import { formatRate } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
import { fitLine, type Line } from "../look/line.ts";
import type { Box } from "./box.ts";
import { percent } from "./format.ts";

/** Below this a table says nothing any more. */
export function isTiny({ columns, rows }: Box): boolean {
  return columns < 40 || rows < 9;
}

/** The whole swarm in one row. */
export function tinyLine({ model, everybody, glyphs, now }: Scene, columns: number): Line {
  const leechers = everybody.filter((peer) => peer.parts.some(({ part }) => part.duty === "fetch"));
  const progress = leechers.reduce((sum, peer) => sum + peer.progress, 0) / (leechers.length || 1);
  const done = leechers.filter((peer) => peer.complete).length;
  const down = everybody.reduce((sum, peer) => sum + peer.down, 0);
  return fitLine(
    [
      [`${percent(progress)} `, "title"],
      [`${done}/${leechers.length}${glyphs.seeder} `, "seeder"],
      [`${glyphs.down}${formatRate(down)} `, "down"],
      [labState(model, now), "text"],
    ],
    columns,
  );
}
