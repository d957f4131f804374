import { makeScene, type Scene } from "../data/scene.ts";
import type { Box } from "../layout/box.ts";
import { phasesScreen } from "../layout/phases.ts";
import { picture } from "../layout/screen.ts";
import { sentences } from "../layout/sentences.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { paint } from "../look/line.ts";
import type { Theme } from "../look/tones.ts";
import type { Frame, Store } from "../store/store.ts";
import { noReach, type Reach } from "../ui/ui.ts";

/** How a dashboard looks; fixed while it runs. */
export interface Look {
  readonly theme: Theme;
  readonly glyphs: Glyphs;
  readonly projector: boolean;
}

/** A frame as painted rows. */
export function draw(store: Store, frame: Frame, look: Look, box: Box): { lines: string[]; reach: Reach } {
  const { stage } = frame;
  const drawn =
    stage.kind === "live"
      ? picture(sceneOf(store, frame, look), footerState(store, frame), box)
      : { lines: phasesScreen(stage.phases, look.glyphs, box), reach: noReach };
  return { lines: drawn.lines.map((line) => paint(line, look.theme)), reach: drawn.reach };
}

/** A frame in sentences. */
export function speak(store: Store, frame: Frame, look: Look): string[] {
  const { stage } = frame;
  if (stage.kind === "live") return sentences(sceneOf(store, frame, look));
  return [
    `${stage.phases.title}.`,
    ...stage.phases.steps.slice(-3).map(({ phase, subject, done }) => `${phase} ${subject}${done ? ": done" : ""}.`),
  ];
}

function sceneOf(store: Store, frame: Frame, { glyphs, projector }: Look): Scene {
  return makeScene(store.feed, frame.ui, { now: frame.now, glyphs, projector });
}

function footerState(store: Store, frame: Frame) {
  return {
    provided: store.provided,
    started: store.started,
    notice: frame.problem === null ? frame.notice : `No connection: ${frame.problem}. Trying again …`,
  };
}
