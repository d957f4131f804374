import { labState } from "../../swarm/lab-state.ts";
import { isExpected } from "../../swarm/live.ts";
import { formatRate } from "../../units.ts";
import { type Scene, swarmProgress } from "../data/scene.ts";
import { fitLine, type Line } from "../look/line.ts";
import type { Box } from "./box.ts";
import { percent } from "./format.ts";

/** Below this a table says nothing any more. */
export function isTiny({ columns, rows }: Box): boolean {
  return columns < 40 || rows < 9;
}

/** The whole swarm in one row. */
export function tinyLine(scene: Scene, columns: number): Line {
  const { model, everybody, glyphs, now } = scene;
  const leechers = everybody.filter(({ node, parts }) => parts.some(({ part }) => isExpected({ node, torrent: part })));
  const done = leechers.filter((peer) => peer.complete).length;
  const down = everybody.reduce((sum, peer) => sum + peer.down, 0);
  return fitLine(
    [
      [`${percent(swarmProgress(scene))} `, "title"],
      [`${done}/${leechers.length}${glyphs.seeder} `, "seeder"],
      [`${glyphs.down}${formatRate(down)} `, "down"],
      [labState(model, now), "text"],
    ],
    columns,
  );
}
