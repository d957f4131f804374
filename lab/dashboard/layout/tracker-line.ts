import { announcesPerMinute } from "../../swarm/apply-tracker.ts";
import { formatBytes, formatRate } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
import { type Line, type Span, spread } from "../look/line.ts";
import { stateTone } from "./format.ts";

/** What the tracker knows, and at the right edge what the whole swarm moves. */
export function trackerLine(scene: Scene, columns: number): Line {
  const { everybody, glyphs } = scene;
  const total = (key: "down" | "up" | "downloaded" | "uploaded") => everybody.reduce((all, peer) => all + peer[key], 0);
  const left: Line = [[` ${glyphs.tracker} `, "tracker"], ...(trackerTrouble(scene) ?? trackerCounts(scene))];
  const totals = (bytes: number): Span => [columns >= 100 ? ` (${formatBytes(bytes)})` : "", "quiet"];
  const right: Line = [
    [` ${glyphs.down} ${formatRate(total("down"))}`, "down"],
    totals(total("downloaded")),
    [`  ${glyphs.up} ${formatRate(total("up"))}`, "up"],
    totals(total("uploaded")),
    [" ", "text"],
  ];
  return spread(left, right, columns);
}

/** The same in words. */
export function trackerText(scene: Scene): string {
  return (trackerTrouble(scene) ?? trackerCounts(scene)).map(([text]) => text).join("");
}

function trackerCounts({ torrents, now }: Scene): Line {
  const sum = (count: (torrent: (typeof torrents)[number]) => number) =>
    torrents.reduce((all, one) => all + count(one), 0);
  const [complete, incomplete] = [sum(({ tracker }) => tracker.complete), sum(({ tracker }) => tracker.incomplete)];
  return [
    [`${complete} complete, ${incomplete} incomplete`, "text"],
    [`, ${sum(({ tracker }) => announcesPerMinute(tracker, now))} announces/min`, "quiet"],
  ];
}

/** What the tracker is instead of running: then its counts mean nothing. `undefined` while it runs. */
export function trackerTrouble({ model }: Scene): Line | undefined {
  const tracker = Object.values(model.nodes).find(({ role }) => role === "tracker");
  if (!tracker || tracker.state === "running") return undefined;
  return [[`tracker ${tracker.state}`, stateTone(tracker.state)]];
}
