import { makeScene, type Scene } from "../data/scene.ts";
import type { Box } from "../layout/box.ts";
import { phasesScreen } from "../layout/phases.ts";
import { picture, reachOf } from "../layout/screen.ts";
import { phaseSentences, sentences } from "../layout/sentences.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { paint } from "../look/line.ts";
import type { Theme } from "../look/tones.ts";
import type { Frame, Store } from "../store/frame.ts";
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

/** Peers that a page key moves by where nothing is drawn. */
const SPOKEN_PAGE = 10;

/** A frame in sentences. */
export function speak(store: Store, frame: Frame, look: Look): { text: string; reach: Reach } {
  const { stage } = frame;
  if (stage.kind !== "live") return { text: phaseSentences(stage.phases).join("\n"), reach: noReach };
  const scene = sceneOf(store, frame, look);
  const text = sentences(scene, footerState(store, frame)).join("\n");
  return { text, reach: reachOf(scene, { page: SPOKEN_PAGE, scroll: 0 }) };
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
