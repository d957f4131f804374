import { sentence } from "../swarm/sentence.ts";
import { type Feed, newFeed, takeLine } from "./data/feed.ts";
import { makeScene, type Scene } from "./data/scene.ts";
import { type FakeSwarm, fakeLines, smallSwarm } from "./fake-swarm.fixture.ts";
import type { Box } from "./layout/box.ts";
import type { FooterState } from "./layout/footer.ts";
import { type Picture, picture } from "./layout/screen.ts";
import { unicodeGlyphs } from "./look/glyphs.ts";
import { bindings } from "./ui/keys.ts";
import { newUi, type Ui } from "./ui/ui.ts";

/** In a lab in which every key works. */
export const footer: FooterState = {
  provided: new Set(bindings.flatMap(({ effect }) => (effect.kind === "action" ? [effect.action] : []))),
  started: true,
  notice: undefined,
};

/** What a viewer knows after so many seconds of a made-up swarm. */
export function feedAfter(seconds: number, changes: Partial<FakeSwarm> = {}): Feed {
  const feed = newFeed();
  for (const line of fakeLines({ ...smallSwarm, ...changes }, seconds)) takeLine(feed, line, sentence);
  return feed;
}

export function sceneOf(feed: Feed, ui: Partial<Ui> = {}, changes: Partial<Scene> = {}): Scene {
  const look = { now: feed.model.t, glyphs: changes.glyphs ?? unicodeGlyphs, projector: changes.projector ?? false };
  return makeScene(feed, { ...newUi(), ...ui }, look);
}

export function pictureOf(scene: Scene, box: Box): Picture {
  return picture(scene, footer, box);
}

/** A picture without its colours. */
export function textOf({ lines }: Pick<Picture, "lines">): string {
  return lines.map((line) => line.map(([text]) => text).join("")).join("\n");
}

/** The sizes that a dashboard has to live with. */
export const boxes: readonly Box[] = [
  { columns: 20, rows: 4 },
  { columns: 40, rows: 9 },
  { columns: 80, rows: 23 },
  { columns: 120, rows: 39 },
  { columns: 200, rows: 59 },
];
