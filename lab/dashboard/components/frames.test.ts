import { expect, test } from "vitest";
import { sentences } from "../layout/sentences.ts";
import { asciiGlyphs } from "../look/glyphs.ts";
import { paint } from "../look/line.ts";
import { forProjector, type ThemeName, themes } from "../look/tones.ts";
import { feedAfter, footer, pictureOf, sceneOf } from "../testing.fixture.ts";
import { viewTitles } from "../ui/keys.ts";
import { type Ui, type View, views } from "../ui/ui.ts";

/** Golden frames: what is painted, colours included. A changed sign or colour has to be meant. */

const feed = feedAfter(20);
const box = { columns: 80, rows: 23 };

function frame(ui: Partial<Ui>, theme: ThemeName, changes: Parameters<typeof sceneOf>[2] = {}): string {
  const look = changes.projector ? forProjector(themes[theme]) : themes[theme];
  const lines = pictureOf(sceneOf(feed, ui, changes), box).lines.map((line) => paint(line, look));
  return `${lines.map((line) => line.trimEnd().replaceAll("\u001b", "\\e")).join("\n")}\n`;
}

test.each(views)("%s in 16 colours", async (view) => {
  await expect(frame({ view, peer: "leecher-2" }, "default")).toMatchFileSnapshot(`../golden/${view}.txt`);
});

test.each(["okabe-ito", "mono"] as const)("the choke matrix in %s", async (theme) => {
  await expect(frame({ view: "choke" }, theme)).toMatchFileSnapshot(`../golden/choke.${theme}.txt`);
});

test("an opened peer, the help, ASCII, and a projector", async () => {
  await expect(frame({ overlay: { kind: "peer" }, peer: "leecher-2" }, "default")).toMatchFileSnapshot(
    "../golden/peer.txt",
  );
  await expect(frame({ overlay: { kind: "help" } }, "default")).toMatchFileSnapshot("../golden/help.txt");
  await expect(frame({ view: "pieces" }, "mono", { glyphs: asciiGlyphs })).toMatchFileSnapshot(
    "../golden/pieces.ascii.txt",
  );
  await expect(frame({}, "default", { projector: true })).toMatchFileSnapshot("../golden/projector.txt");
});

test("a theme changes colours and nothing else", () => {
  const plain = (theme: ThemeName) =>
    frame({ view: "choke" }, theme)
      .replaceAll(/\\e\[[\d;]*m/g, "")
      .replaceAll(/ +$/gm, "");
  expect(plain("okabe-ito")).toBe(plain("default"));
  expect(plain("mono")).toBe(plain("default"));
  expect(frame({}, "mono")).not.toMatch(/\\e\[[\d;]*3[\d;]*m/);
});

test("a screen reader hears sentences", () => {
  const text = sentences(sceneOf(feed), footer);
  expect(text[0]).toBe("Lab demo is running, 20s after its start.");
  expect(text).toContainEqual(expect.stringMatching(/^a film\.mkv: 1\.\d\d distributed copies\.$/));
  expect(text).toContainEqual(
    expect.stringMatching(
      /^leecher-2 is downloading at \d+ percent, gets \S+ MiB\/s, gives \S+ MiB\/s, has 5 connections\.$/,
    ),
  );
});

test("a screen reader hears what is asked, written and chosen, what a key did, and what an opened peer is up to", () => {
  const last = (ui: Partial<Ui>, notice?: string) => sentences(sceneOf(feed, ui), { ...footer, notice }).slice(-2);
  const question = { kind: "confirm", question: "Remove leecher-1?", action: "removeNode", peer: "leecher-1" } as const;
  expect(last({ overlay: question }).at(-1)).toBe("Remove leecher-1? Press y for yes, any other key for no.");
  expect(last({ typing: { into: "filter", text: "lee" } }).at(-1)).toBe(
    'The filter is "lee". Enter keeps it, Escape drops it.',
  );
  expect(last({ peer: "leecher-2" })).toEqual([
    "The cursor is on leecher-2.",
    "Press ? for the keys, q to leave. The lab goes on.",
  ]);
  expect(last({ view: "events" }, "leecher-6 joins")[0]).toBe("leecher-6 joins.");
  const opened = sentences(sceneOf(feed, { overlay: { kind: "peer" }, peer: "leecher-2" }), footer);
  expect(opened[0]).toMatch(/^leecher-2 is downloading at/);
  expect(opened).toContain("For a film.mkv it is interested in seeder-1 and chokes it.");
  const keys = sentences(sceneOf(feed, { overlay: { kind: "help" } }), footer);
  expect(keys).toContain("tab or ]: the next torrent, or all.");
  expect(keys).toContain("S: stop or start the peer.");
});

test("a screen reader hears which view is chosen and what is in it", () => {
  const heard = (view: View) => sentences(sceneOf(feed, { view }), footer).join("\n");
  for (const view of views) expect(heard(view)).toContain(`The view is ${viewTitles[view]}.`);
  expect(heard("pieces")).toMatch(/Of a film\.mkv, rarest on 1 peer: pieces \d/);
  expect(heard("choke")).toMatch(/seeder-1 unchokes leecher-\d, .* and leecher-\d\./);
  expect(heard("gave")).toMatch(/seeder-1 gave leecher-\d \S+ MiB, \d+ percent of what it got\./);
  expect(heard("tracker")).toMatch(/The tracker: 1 complete, 5 incomplete[\s\S]*At 00:\d\d: http announce/);
  expect(heard("events")).toMatch(/At 00:\d\d: leecher-\d completed piece/);
  expect(heard("rates")).toMatch(/The swarm gets \S+ MiB\/s and gives \S+ MiB\/s\./);
});
