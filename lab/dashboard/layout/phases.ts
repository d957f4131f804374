import { formatDuration, printable } from "../../units.ts";
import { bar } from "../look/chart.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { fitLine, type Line, pad } from "../look/line.ts";
import type { Phase } from "../options.ts";
import type { Box } from "./box.ts";

/** Progress of building, starting or removing a lab. */
export interface Phases {
  readonly title: string;
  /** By phase and subject, in the order in which they came. */
  readonly steps: readonly Phase[];
  /** Seconds since it began. */
  readonly elapsed: number;
}

const doing: Record<Phase["phase"], readonly [now: string, done: string]> = {
  build: ["building", "built"],
  create: ["creating", "created"],
  start: ["starting", "started"],
  stop: ["stopping", "stopped"],
  remove: ["removing", "removed"],
};

/** A later word about the same thing takes the place of the earlier one. */
export function notePhase(steps: readonly Phase[], phase: Phase): Phase[] {
  const isSame = (one: Phase) => one.phase === phase.phase && one.subject === phase.subject;
  return steps.some(isSame) ? steps.map((one) => (isSame(one) ? phase : one)) : [...steps, phase];
}

/** One bar a phase, and the newest steps below. */
export function phasesScreen({ title, steps, elapsed }: Phases, glyphs: Glyphs, box: Box): Line[] {
  const kinds = [...new Set(steps.map(({ phase }) => phase))];
  const head: Line[] = [
    [
      [` ${title} `, "title"],
      [` ${formatDuration(elapsed)}`, "quiet"],
    ],
    [],
    ...kinds.map((kind) => phaseLine(kind, steps, glyphs)),
    [],
  ];
  const room = Math.max(0, box.rows - head.length);
  const newest = room === 0 ? [] : steps.slice(-room);
  return [...head, ...newest.map((step) => stepLine(step, glyphs))]
    .slice(0, box.rows)
    .map((line) => fitLine(line, box.columns));
}

function phaseLine(kind: Phase["phase"], steps: readonly Phase[], glyphs: Glyphs): Line {
  const own = steps.filter(({ phase }) => phase === kind);
  const done = own.filter((step) => step.done).length;
  const { full, empty } = bar(done / own.length, 20, glyphs);
  return [
    [`  ${pad(doing[kind][done === own.length ? 1 : 0], 10)}`, "text"],
    [full, "good"],
    [empty, "quiet"],
    [` ${done} of ${own.length}`, "text"],
  ];
}

function stepLine({ phase, subject, done, detail }: Phase, glyphs: Glyphs): Line {
  return [
    [`  ${done ? glyphs.seeder : glyphs.shades[1]} `, done ? "good" : "warn"],
    [`${doing[phase][done ? 1 : 0]} ${printable(subject)}`, done ? "quiet" : "text"],
    [detail ? `  ${printable(detail)}` : "", "quiet"],
  ];
}
