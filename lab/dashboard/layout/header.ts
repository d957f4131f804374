import type { LabState } from "../../api/words.ts";
import { bound } from "../../swarm/bound.ts";
import { problemText } from "../../swarm/bound-problem.ts";
import { labState } from "../../swarm/lab-state.ts";
import { sharedTorrents } from "../../swarm/live.ts";
import { stalled } from "../../swarm/stalled.ts";
import { swarmTimes } from "../../swarm/status.ts";
import { formatDuration, printable } from "../../units.ts";
import { copiesOf, type Scene, swarmProgress } from "../data/scene.ts";
import { bar } from "../look/chart.ts";
import { clip, fitLine, type Line, lineWidth, type Span, spread } from "../look/line.ts";
import type { Tone } from "../look/tones.ts";
import { viewTitles } from "../ui/keys.ts";
import { views } from "../ui/ui.ts";
import { percent, plural } from "./format.ts";
import { trackerLine } from "./tracker-line.ts";

/** Seconds without a line of the journal after which the picture is called old: samples come every second. */
const SILENCE = 3;

const stateTones: Record<LabState, Tone> = {
  starting: "warn",
  running: "good",
  stalled: "bad",
  complete: "good",
  degraded: "bad",
  stopping: "warn",
};

/** What holds for the whole lab, in four rows. */
export function headerLines(scene: Scene, columns: number): Line[] {
  return [labLine(scene, columns), trackerLine(scene, columns), progressLine(scene, columns), tabsLine(scene, columns)];
}

function labLine(scene: Scene, columns: number): Line {
  const { model, now } = scene;
  const run = model.run;
  const state = labState(model, now);
  const why = reason(scene, state);
  const cuts = model.cuts.map((sides) => `cut: ${sides.map((side) => side.join(", ")).join(" | ")}`);
  const left: Line = [
    [` ${printable(run?.lab ?? "")}  `, "title"],
    [state, stateTones[state]],
    [`  ${run?.runtime ?? ""}  profile ${printable(run?.profile ?? "")}`, "quiet"],
    [`  ${formatDuration(now)}`, "text"],
    [why === "" ? "" : `  ${why}`, stateTones[state]],
    [printable(cuts.map((cut) => `  ${cut}`).join("")), "warn"],
  ];
  const silence = now - model.t;
  return spread(left, silence > SILENCE ? [[` no news for ${formatDuration(silence)} `, "bad"]] : [], columns);
}

/** The phase or the trouble that the lab is in. */
function reason(scene: Scene, state: LabState): string {
  const { model, everybody } = scene;
  const nodes = Object.values(model.nodes);
  if (state === "starting") {
    const checking = everybody.filter((peer) => peer.state === "checking").length;
    const running = everybody.filter((peer) => peer.node.state === "running").length;
    return checking > 0
      ? `${plural(checking, "peer")} checking data`
      : `${running} of ${plural(everybody.length, "peer")} there`;
  }
  if (state === "stalled") return stallReason(scene);
  if (state === "degraded") {
    const failed = nodes.filter((node) => node.state === "failed");
    return failed.map((node) => `${node.name} failed`).join(", ");
  }
  return "";
}

/** Of a shown torrent before another one; whose stall it is is said where more than one can be meant. */
function stallReason({ model, torrents, now }: Scene): string {
  const shared = sharedTorrents(model);
  for (const torrent of [...torrents, ...shared]) {
    const why = stalled(model, torrent.info.infoHash, now);
    if (why === null) continue;
    return torrents.length === 1 && torrent === torrents[0] ? why : `${printable(torrent.info.name)}: ${why}`;
  }
  return "";
}

function progressLine(scene: Scene, columns: number): Line {
  const share = swarmProgress(scene);
  const facts = swarmFacts(scene);
  const text = ` ${percent(share).padStart(4)}  ${facts}`;
  const width = Math.max(8, Math.min(40, columns - text.length - 2));
  const { full, empty } = bar(share, width, scene.glyphs);
  return fitLine(
    [
      [" ", "text"],
      [full, "good"],
      [empty, "quiet"],
      [text, "text"],
    ],
    columns,
  );
}

/** How often all is there, and how near the swarm comes to the least time in which it could be done. */
function swarmFacts(scene: Scene): string {
  const { model, torrents, now } = scene;
  if (torrents.length === 0) return "no torrent";
  const copies = Math.min(...torrents.map((torrent) => copiesOf(scene, torrent).copies));
  const bounds = torrents.map(({ info }) => bound(model, info.infoHash));
  const known = bounds.every((one) => one.bound === bounds[0]?.bound) ? bounds[0] : undefined;
  const problem = known?.problem ?? null;
  const times = torrents.map((torrent) => swarmTimes(model, torrent, now));
  const elapsed = Math.max(...times.map((one) => one.elapsed ?? -1));
  const word = times.every(({ completedAt }) => completedAt !== null) ? "took" : "elapsed";
  return [
    `${copies.toFixed(2)} copies`,
    ...(known?.bound == null ? [] : [`bound ${formatDuration(known.bound)}`]),
    ...(elapsed < 0 ? [] : [`${word} ${formatDuration(elapsed)}`]),
    ...(known?.efficiency == null ? [] : [`efficiency ${percent(known.efficiency)}`]),
    ...(problem === null ? [] : [`no bound: ${printable(problemText(problem))}`]),
  ].join(` ${scene.glyphs.dot} `);
}

function tabsLine(scene: Scene, columns: number): Line {
  const { ui } = scene;
  const tabs = views.flatMap((view, i): Span[] => [
    [` ${i + 1}`, "key"],
    [` ${viewTitles[view]} `, ui.view === view ? "title" : "quiet", ui.view === view],
  ]);
  const label = torrentLabel(scene);
  const room = Math.max(NARROWEST_LABEL, columns - lineWidth(tabs) - 2);
  return spread(tabs, label === "" ? [] : [[` ${clip(label, room)} `, "title"]], columns);
}

/** Columns that it takes from the tabs if it must. */
const NARROWEST_LABEL = 12;

function torrentLabel({ torrent, torrents }: Scene): string {
  const [only] = torrents;
  if (only && (torrent !== null || torrents.length === 1)) return printable(only.info.name);
  return torrents.length === 0 ? "" : `${torrents.length} torrents`;
}
