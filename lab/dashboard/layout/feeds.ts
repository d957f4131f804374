import { announcesPerMinute } from "../../swarm/apply-tracker.ts";
import { printable } from "../../units.ts";
import type { Scene } from "../data/scene.ts";
import type { Story } from "../data/story.ts";
import { type Line, pad } from "../look/line.ts";
import type { Tone } from "../look/tones.ts";
import type { FeedName } from "../ui/ui.ts";
import { type Box, type Drawn, quiet } from "./box.ts";
import { clock, plural } from "./format.ts";
import { trackerTrouble } from "./tracker-line.ts";

const tones: Record<Story["kind"], Tone> = { plain: "text", good: "good", mark: "mark", trouble: "bad" };

/** The swarm's own story, the newest at the bottom. */
export function eventsView(scene: Scene, box: Box): Drawn {
  return feedView(scene, "events", shownStories(scene, scene.feed.stories), box);
}

/** What the tracker heard, under what it knows. */
export function trackerView(scene: Scene, box: Box): Drawn {
  const head = trackerHead(scene);
  const stories = shownStories(scene, scene.feed.announces);
  const body = feedView(scene, "tracker", stories, { ...box, rows: Math.max(1, box.rows - head.length) });
  return { ...body, lines: [...head, ...body.lines] };
}

/** Of the shown torrent and with the filter's text; what is about no torrent always shows. */
export function shownStories({ ui, torrent: shown }: Scene, stories: readonly Story[]): readonly Story[] {
  if (shown === null && ui.filter === "") return stories;
  const filter = ui.filter.toLowerCase();
  return stories.filter(
    ({ torrent, node, text }) =>
      (shown === null || torrent === null || torrent === shown) && `${node} ${text}`.toLowerCase().includes(filter),
  );
}

/** Seconds for which a rare event keeps its row among the many small ones. */
const NEWS = 15;

/** The newest stories in so many rows. Up to half of them are kept for rare events, which would be swept away. */
export function newest(scene: Scene, rows: number): Story[] {
  if (rows <= 0) return [];
  const stories = shownStories(scene, scene.feed.stories);
  const rare = stories.filter(({ small, t }) => !small && t > scene.now - NEWS).slice(-Math.ceil(rows / 2));
  const rest = stories.slice(-rows).filter((story) => !rare.includes(story));
  const kept = new Set([...rare, ...rest.slice(rare.length - rows || rest.length)]);
  return stories.filter((story) => kept.has(story));
}

export function storyLine(scene: Scene, story: Story): Line {
  const sign = { plain: " ", good: scene.glyphs.seeder, mark: scene.glyphs.mark, trouble: "!" }[story.kind];
  return [
    [` ${clock(story.t).padStart(6)} `, "quiet"],
    [`${sign} ${story.text}`, tones[story.kind]],
  ];
}

/** Follows the newest; once it was scrolled back it stands still, and what comes is below. */
function feedView(scene: Scene, view: FeedName, stories: readonly Story[], { rows }: Box): Drawn {
  const newest = stories.at(-1)?.seq;
  if (newest === undefined) return { lines: [quiet("  Nothing yet.")], page: 1, scroll: 0 };
  const most = Math.max(0, stories.length - rows);
  const { back: asked, newest: then } = scene.ui.feeds[view];
  const since = asked === 0 ? 0 : stories.length - 1 - stories.findLastIndex(({ seq }) => seq <= then);
  const back = Math.min(asked + since, most);
  const end = stories.length - back;
  const lines = stories.slice(Math.max(0, end - rows), end).map((story) => storyLine(scene, story));
  if (back > 0) lines[lines.length - 1] = quiet(`   … ${plural(back + 1, "line")} below; G follows`);
  return { lines, page: Math.max(1, rows - 1), scroll: most, feed: { back, newest } };
}

/** Torrents whose numbers are told. */
const TABLES = 4;

function trackerHead(scene: Scene): Line[] {
  const { glyphs, model, torrents } = scene;
  const tracker = model.run?.tracker;
  if (!tracker) return [];
  const trouble = trackerTrouble(scene);
  return [
    [
      [` ${glyphs.tracker} `, "tracker"],
      [printable(tracker.kind), "title"],
      ...(trouble ? [["  ", "text"] as const, ...trouble] : []),
      [`  ${printable(tracker.url)}  interval ${tracker.interval}s`, "quiet"],
    ],
    ...torrents.slice(0, TABLES).map(
      ({ info, tracker: table }): Line => [
        [`   ${pad(printable(info.name), 28)} `, "text"],
        [`${glyphs.seeder} ${table.complete} complete  `, "seeder"],
        [`${glyphs.leecher} ${table.incomplete} incomplete  `, "leecher"],
        [`${announcesPerMinute(table, scene.now)} announces/min  ${info.infoHash}`, "quiet"],
      ],
    ),
    ...(torrents.length > TABLES
      ? [quiet(`   … ${plural(torrents.length - TABLES, "more torrent")}; Tab shows one`)]
      : []),
  ];
}
