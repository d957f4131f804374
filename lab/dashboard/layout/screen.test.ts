import { expect, test } from "vitest";
import type { JournalLine } from "../../api/journal.ts";
import { HASH, smallOneWhole } from "../../swarm/journal.fixture.ts";
import { sentence } from "../../swarm/sentence.ts";
import { newFeed, takeLine } from "../data/feed.ts";
import { fakeLines, smallSwarm } from "../fake-swarm.fixture.ts";
import { asciiGlyphs, unicodeGlyphs } from "../look/glyphs.ts";
import { lineWidth, paint } from "../look/line.ts";
import { themes } from "../look/tones.ts";
import { boxes, feedAfter, pictureOf, sceneOf, textOf } from "../testing.fixture.ts";
import { newUi, type Ui, views } from "../ui/ui.ts";

const feed = feedAfter(20);
const crowd = feedAfter(12, { leechers: 49, pieces: 1024, pieceLength: 16 << 10, leecherUp: 100_000 });
const several = feedAfter(12, { torrents: ["one", "a second one", "three", "four", "five", "six", "seven"] });
const at80 = { columns: 80, rows: 23 };

const states: Partial<Ui>[] = [
  ...views.map((view) => ({ view })),
  { overlay: { kind: "help" } },
  { overlay: { kind: "peer" }, peer: "leecher-2" },
  { overlay: { kind: "confirm", question: "Remove leecher-1?", action: "removeNode", peer: "leecher-1" } },
  { typing: { into: "filter", text: "lee" }, filter: "lee" },
  { filter: "nobody at all" },
];

test("every view fills every size exactly, whatever the swarm", () => {
  for (const swarm of [feed, crowd, several, newFeed()])
    for (const ui of states)
      for (const box of boxes)
        for (const projector of [false, true]) {
          const { lines } = pictureOf(sceneOf(swarm, ui, { projector }), box);
          const name = `${ui.view ?? ui.overlay?.kind ?? "typing"} at ${box.columns}×${box.rows}`;
          expect(lines.length, name).toBe(box.rows < 9 || box.columns < 40 ? 1 : box.rows);
          for (const line of lines) expect(lineWidth(line), name).toBe(box.columns);
        }
});

test("a hand-sized terminal gets the swarm in one row", () => {
  const text = textOf(pictureOf(sceneOf(feed), { columns: 40, rows: 4 }));
  expect(text.split("\n")).toHaveLength(1);
  expect(text).toMatch(/^\d+% 0\/5◆ ↓\S+ MiB\/s running/);
});

test("header, row and one-line picture tell the same progress: the share of the bytes", () => {
  const own = newFeed();
  for (const line of smallOneWhole().lines) takeLine(own, line, sentence);
  const text = textOf(pictureOf(sceneOf(own), at80));
  expect(text).toMatch(/ 5% {2}\d\.\d\d copies/);
  expect(text).toMatch(/leecher-1 +downloading +\S+ +5% /);
  expect(textOf(pictureOf(sceneOf(own), { columns: 40, rows: 4 }))).toMatch(/^5% 0\/1◆/);
});

test("who no longer has to fetch a torrent leaves nothing to be done", () => {
  const own = newFeed();
  const lab = smallOneWhole();
  lab.replan(({ nodes }) => ({
    nodes: nodes.map((node) => (node.node === "leecher-1" ? { ...node, fetches: [HASH] } : node)),
  }));
  for (const line of lab.lines) takeLine(own, line, sentence);
  expect(sceneOf(own).everybody.find(({ name }) => name === "leecher-1")).toMatchObject({ complete: true, left: 0 });
  expect(textOf(pictureOf(sceneOf(own), { columns: 40, rows: 4 }))).toMatch(/^100% 1\/1◆/);
});

test("the header tells lab, runtime, profile, tracker, totals, copies and the bound", () => {
  const text = textOf(pictureOf(sceneOf(feed), { columns: 120, rows: 39 }));
  expect(text).toMatch(/demo {2}running {2}process {2}profile default {2}20s/);
  expect(text).toMatch(/■ 1 complete, 5 incomplete, \d+ announces\/min/);
  expect(text).toMatch(/↓ \S+ MiB\/s \(\S+ MiB\) {2}↑ \S+ MiB\/s/);
  expect(text).toMatch(/\d+% {2}1\.\d\d copies · bound 23s · elapsed \S+s/);
});

test("torrents for which the tracker view has no room are counted", () => {
  const text = textOf(pictureOf(sceneOf(several, { view: "tracker" }), at80));
  expect(text).toContain("… 3 more torrents; Tab shows one");
});

test("a swarm that is done tells how near it came to the bound", () => {
  const text = textOf(pictureOf(sceneOf(feedAfter(60)), at80));
  expect(text).toMatch(/complete .*\n.*\n.*100% {2}6\.00 copies · bound 23s · took \d+s · efficiency \d+%/);
});

test("peers: rates blank when idle, ratio ∞ for a seeder, time left while something comes", () => {
  const text = textOf(pictureOf(sceneOf(feed), at80));
  expect(text).toMatch(/▸ ◆ seeder-1 +seeding +█+ 100% +\S+ MiB +∞ +\n/);
  expect(text).toMatch(/ {2}● leecher-2 +downloading +█\S*░+ +\d+% +\S+ \wiB +\S+ \wiB +0\.\d\d +\S+s/);
});

test("who has everything shows when that was, since the release, and comes first by what is left", () => {
  const own = feedAfter(60);
  own.model.releasedAt = 1;
  const times = { "leecher-1": 30, "leecher-2": 26.2, "leecher-3": 200 };
  for (const [name, t] of Object.entries(times))
    for (const part of Object.values(own.model.nodes[name]?.torrents ?? {})) part.completedAt = t;
  const sort = { ...newUi().sort, peers: { by: "eta" as const, reversed: false } };
  const rows = textOf(pictureOf(sceneOf(own, { sort }), at80)).split("\n");
  const rowOf = (name: string) => rows.findIndex((row) => row.includes(`${name} `));
  expect(rows[rowOf("leecher-1")]).toMatch(/ at 29s $/);
  expect(rows[rowOf("leecher-3")]).toMatch(/ at 3m 19s $/);
  expect(rowOf("seeder-1")).toBeLessThan(rowOf("leecher-2"));
  expect(rowOf("leecher-2")).toBeLessThan(rowOf("leecher-1"));
  expect(rowOf("leecher-1")).toBeLessThan(rowOf("leecher-3"));
});

test("a torrent client's columns appear as the terminal grows", () => {
  const heading = (columns: number) => textOf(pictureOf(sceneOf(feed), { columns, rows: 39 })).split("\n")[4] ?? "";
  expect(heading(80)).not.toContain("CLIENT");
  for (const title of [
    "NAME",
    "CLIENT",
    "STATE",
    "PROGRESS",
    "HAVE",
    "DOWN/s",
    "UP/s",
    "LIMIT DN",
    "LIMIT UP",
    "RATIO",
    "PEERS",
    "UNCH",
    "LEFT",
  ])
    expect(heading(200)).toContain(title);
});

test("only the visible peers are drawn, around the cursor, and the heading says which", () => {
  const text = textOf(pictureOf(sceneOf(crowd, { peer: "leecher-30" }), at80));
  expect(text).toContain("▸ ● leecher-30");
  expect(text).not.toContain("leecher-1 ");
  expect(text).toMatch(/STATE +24–38\/50/);
});

test("pieces: a row a peer, the just completed cell marked, the rarest pieces below", () => {
  const scene = sceneOf(feed, { view: "pieces" });
  const text = textOf(pictureOf(scene, { columns: 170, rows: 23 }));
  const row = /● leecher-1 +\d+% ([·+█]{128})/.exec(text)?.[1] ?? "";
  const pieces = scene.everybody.find(({ name }) => name === "leecher-1");
  expect([...row].filter((cell) => cell !== "·").length).toBe(pieces?.have);
  expect(row).toContain("+");
  expect(text).toMatch(/copies +\d{128}/);
  expect(text).toMatch(/rarest +[ ▲]*▲/);
  expect(text).toMatch(/distributed copies · rarest on 1 peer: pieces/);
});

test("pieces of several torrents stand side by side; one can be chosen", () => {
  const all = textOf(pictureOf(sceneOf(several, { view: "pieces" }), { columns: 120, rows: 39 }));
  expect(all).toContain("one ");
  expect(all).toContain("a second one");
  const chosen = textOf(
    pictureOf(sceneOf(several, { view: "pieces", torrent: "a second one" }), { columns: 120, rows: 39 }),
  );
  expect(chosen.split("\n")[4]).toMatch(/piece +0 /);
  expect(chosen.split("\n")[3]).toContain("a second one");
});

test("choke: who unchokes whom, the optimistic slot apart, and the chosen peer's lanes", () => {
  const text = textOf(pictureOf(sceneOf(feed, { view: "choke", peer: "seeder-1" }), at80));
  expect(text).toMatch(/▸ {3}1 ◆ seeder-1 +\\ {2}[█O×]/);
  expect(text.match(/\n▸.*O/)).not.toBeNull();
  expect(text).toMatch(/seeder-1 over the last 20 seconds/);
  expect(text).toMatch(/leecher-\d +━{5,}/);
});

test("who gave whom: pairs under their giver, the largest giver first, with the receiver's share", () => {
  const text = textOf(pictureOf(sceneOf(feed, { view: "gave" }), at80));
  expect(text.split("\n")[5]).toMatch(/seeder-1 +\S+ MiB {2}→ {2}leecher-\d +\S+ MiB +\d+% █+/);
});

test("a feed that was scrolled back says how much is below", () => {
  const scene = sceneOf(feed, { view: "events" });
  const following = pictureOf(scene, at80);
  expect(following.reach.scroll).toBeGreaterThan(20);
  const { newest } = following.reach.feed;
  const scrolled = { ...scene.ui.feeds, events: { back: 7, newest } };
  const back = sceneOf(feed, { view: "events", feeds: scrolled });
  expect(textOf(pictureOf(back, at80))).toContain("8 lines below; G follows");
});

test("a feed that was scrolled back stands still while news come", () => {
  const growing = feedAfter(20);
  const { newest } = pictureOf(sceneOf(growing, { view: "events" }), at80).reach.feed;
  const feeds = { ...newUi().feeds, events: { back: 7, newest } };
  const bodyOf = () =>
    textOf(pictureOf(sceneOf(growing, { view: "events", feeds }), at80))
      .split("\n")
      .slice(4, -2);
  const before = bodyOf();
  for (const line of fakeLines(smallSwarm, 22)) if (line.seq > growing.model.seq) takeLine(growing, line, sentence);
  expect(growing.stories.at(-1)?.seq).toBeGreaterThan(newest);
  expect(bodyOf()).toEqual(before);
});

test("in a lab of more than a hundred peers every number of the choke matrix stands apart", () => {
  const scene = sceneOf(feed, { view: "choke" });
  const [one] = scene.everybody;
  if (!one) throw new Error("there is no peer");
  const everybody = Array.from({ length: 120 }, (_, i) => ({ ...one, name: `leecher-${i + 1}` }));
  const many = { ...scene, everybody, peers: everybody, chosen: everybody[100] };
  expect(textOf(pictureOf(many, at80)).split("\n")[4]).toMatch(/ 100 101 102 /);
});

test("counts of five digits are whole, and the column of the order is shown however narrow it is", () => {
  const scene = sceneOf(feed);
  const large = scene.everybody.map((peer) => ({ ...peer, have: 12_345, pieceCount: 12_345 }));
  const wide = { columns: 200, rows: 39 };
  expect(textOf(pictureOf({ ...scene, everybody: large, peers: large }, wide))).toContain(" 12345/12345 ");
  const narrow = { columns: 60, rows: 23 };
  const sort = { ...newUi().sort, peers: { by: "peers" as const, reversed: false } };
  expect(textOf(pictureOf(sceneOf(feed), narrow))).not.toContain("PEERS");
  expect(textOf(pictureOf(sceneOf(feed, { sort }), narrow))).toContain("PEERS↓");
});

test("what does not run is quiet in the piece matrix, and its state is beside its name", () => {
  const own = feedAfter(20);
  takeLine(own, { v: 1, run: "run-1", seq: 9000, t: 20, node: "seeder-1", type: "node", state: "stopped" }, sentence);
  const { lines } = pictureOf(sceneOf(own, { view: "pieces" }), at80);
  const row = lines.find((line) => line.some(([text]) => text.startsWith("seeder-1 stopped"))) ?? [];
  const tones = new Set(row.filter(([text]) => text.includes("█")).map(([, tone]) => tone));
  expect([...tones]).toEqual(["quiet"]);
});

test("what has no room below says so, until it is scrolled to its end", () => {
  for (const kind of ["help", "peer"] as const) {
    const ui: Partial<Ui> = { overlay: { kind }, peer: "leecher-2" };
    const first = pictureOf(sceneOf(feed, ui), at80);
    expect(textOf(first)).toMatch(/\n {3}… \d+ lines below; PgDn shows them/);
    const { scroll } = first.reach;
    const last = pictureOf(sceneOf(feed, { ...ui, scroll: { ...newUi().scroll, [kind]: scroll } }), at80);
    expect(textOf(last)).not.toContain("below");
  }
  const end = { ...newUi().scroll, help: 1000 };
  expect(textOf(pictureOf(sceneOf(feed, { overlay: { kind: "help" }, scroll: end }), at80))).toContain("Efficiency:");
});

test("the choke matrix says who wants what: the receiver, not the giver", () => {
  const own = feedAfter(20);
  const hash = Object.keys(own.model.torrents)[0] ?? "";
  const link = (from: string, to: string) => own.model.nodes[from]?.torrents[hash]?.connections[to];
  const [seeder, leecher] = [link("seeder-1", "leecher-1"), link("leecher-1", "seeder-1")];
  if (!seeder || !leecher) throw new Error("they are not connected");
  const cells = (name: string) => {
    const text = textOf(pictureOf(sceneOf(own, { view: "choke" }), at80));
    return new RegExp(`${name} +(\\S) +(\\S)`).exec(text)?.slice(1, 3);
  };
  Object.assign(seeder, { unchoked: false, optimistic: false, interested: false });
  Object.assign(leecher, { unchoked: false, optimistic: false, interested: true });
  expect([cells("seeder-1"), cells("leecher-1")]).toEqual([
    ["\\", "×"],
    ["·", "\\"],
  ]);
  seeder.unchoked = true;
  expect(cells("seeder-1")?.[1]).toBe("█");
  leecher.interested = false;
  expect(cells("seeder-1")?.[1]).toBe("○");
});

test("receivers that do not fit are counted, and the chosen peer has a column", () => {
  const text = textOf(pictureOf(sceneOf(crowd, { view: "choke", peer: "leecher-40" }), at80));
  const heading = text.split("\n")[4] ?? "";
  expect(heading).toMatch(/ 41 .* \+\d+ *$/);
});

test("a lane over all torrents shows the slot that is open, whatever another torrent's says", () => {
  const own = feedAfter(2, { torrents: ["one", "two"] });
  const [one = "", two = ""] = Object.keys(own.model.torrents);
  const about = { v: 1, run: "run-1", node: "leecher-1", peer: "leecher-2" } as const;
  const { t } = own.model;
  const say = (line: object) => takeLine(own, { ...about, seq: own.model.seq + 1, ...line } as JournalLine, sentence);
  say({ t: t + 1, torrent: one, type: "unchoke", optimistic: false });
  for (const type of ["unchoke", "choke"]) say({ t: t + 2, torrent: two, type, optimistic: true });
  const laneAt = (now: number, source: string | null) => {
    const scene = { ...sceneOf(own, { view: "choke", peer: "leecher-1", torrent: source }), now };
    const lines = textOf(pictureOf(scene, { columns: 120, rows: 39 })).split("\n");
    return lines.findLast((line) => line.startsWith("  leecher-2 "))?.trimEnd();
  };
  expect(laneAt(t + 8, null)).toMatch(/━{6,}$/);
  expect(laneAt(t + 8, "one")).toMatch(/━{6,}$/);
  expect(laneAt(t + 8, "two")).toMatch(/╌{5,}$/);
  say({ t: t + 8, torrent: two, type: "unchoke", optimistic: true });
  expect(laneAt(t + 12, null)).toMatch(/━O+$/);
});

test("who was only connected and left has no lane", () => {
  const own = feedAfter(2);
  const hash = Object.keys(own.model.torrents)[0] ?? "";
  const about = { v: 1, run: "run-1", node: "leecher-1", torrent: hash, peer: "10.0.0.9:6881" } as const;
  const hasLane = () =>
    textOf(pictureOf(sceneOf(own, { view: "choke", peer: "leecher-1" }), { columns: 120, rows: 39 })).includes(
      "\n  10.0.0.9:6881 ",
    );
  const connected = { type: "peer-connected", address: about.peer, incoming: true } as const;
  takeLine(own, { ...about, ...connected, seq: 9000, t: own.model.t }, sentence);
  expect(hasLane()).toBe(true);
  takeLine(own, { ...about, type: "peer-left", seq: 9001, t: own.model.t }, sentence);
  expect(hasLane()).toBe(false);
});

test("a lane ends where its connection ends", () => {
  const own = feedAfter(20);
  const hash = Object.keys(own.model.torrents)[0] ?? "";
  const t = own.model.t;
  const given = Object.entries(own.model.nodes["seeder-1"]?.torrents[hash]?.connections ?? {});
  const [peer] = given.find(([, connection]) => connection.unchoked) ?? [];
  if (peer === undefined) throw new Error("the seeder unchokes nobody");
  const about = { v: 1, run: "run-1", node: "seeder-1", torrent: hash, peer } as const;
  takeLine(own, { ...about, seq: 9000, t, type: "peer-left" }, sentence);
  const scene = { ...sceneOf(own, { view: "choke", peer: "seeder-1" }), now: t + 10 };
  const lane = textOf(pictureOf(scene, { columns: 120, rows: 39 }))
    .split("\n")
    .findLast((line) => line.startsWith(`  ${peer} `));
  expect(lane).toMatch(/[━O] +$/);
});

test("a chosen torrent that is made anew is followed, however often; without one all are shown", () => {
  const own = feedAfter(20, { torrents: ["one", "two"] });
  const [first, second] = Object.values(own.model.torrents);
  if (!first || !second) throw new Error("there are not two torrents");
  const shown = () => sceneOf(own, { torrent: "one" });
  expect(shown().torrent).toBe(first.info.infoHash);
  delete own.model.torrents[first.info.infoHash];
  expect(shown()).toMatchObject({ torrent: null, torrents: [second] });
  second.info.source = "one";
  expect(shown().torrent).toBe(second.info.infoHash);
});

test("the time that a swarm took stands still, also where no bound is known", () => {
  const done = feedAfter(60);
  done.model.change = { kind: "knobs", name: "leecher-1" };
  const text = textOf(pictureOf({ ...sceneOf(done), now: done.model.t + 600 }, at80));
  expect(text).toMatch(/6\.00 copies · took \d+s · no bound: a knob of leecher-1 changed +\n/);
});

test("a late joiner's rates share the axis of time with the swarm's", () => {
  const late = feedAfter(20);
  for (const [key, rates] of late.rates.series)
    if (key.endsWith(" leecher-2")) for (const list of [rates.down, rates.up]) list.splice(0, list.length - 3);
  const text = textOf(pictureOf(sceneOf(late, { view: "rates", peer: "leecher-2" }), { columns: 80, rows: 39 }));
  const drawn = text.split("\n").filter((line) => /[\u2801-\u28ff]/.test(line));
  const begins = drawn.map((line) => line.search(/[\u2801-\u28ff]/));
  expect(Math.max(...begins)).toBeGreaterThan(60);
});

test("a rare event is not swept away by hundreds of small ones", () => {
  const many = feedAfter(12, { leechers: 49, pieces: 1024, pieceLength: 16 << 10 });
  const mark = {
    ...feed.stories.at(-1),
    t: 11.5,
    text: "look at this",
    kind: "mark",
    small: false,
  } as (typeof feed.stories)[number];
  many.stories.splice(-100, 0, mark);
  expect(textOf(pictureOf(sceneOf(many), at80))).toContain("◈ look at this");
});

test("one opened peer shows its limits, pieces, connections with flags and log", () => {
  const scene = sceneOf(feed, { overlay: { kind: "peer" }, peer: "leecher-2" });
  const text = textOf(pictureOf(scene, { columns: 120, rows: 39 }));
  expect(text).toMatch(/● leecher-2 {2}leecher {2}downloading {2}torrent-lab 0\.1\.0 {2}127\.0\.0\.1:\d+/);
  expect(text).toMatch(/limits ↓ ∞ ↑ 1\.00 MiB\/s {2}4 slots {2}rarest/);
  expect(text).toMatch(/seeder-1 +D\S* +\S+ \wiB/);
  expect(text).toContain("log, the newest first");
});

test("an opened peer tells what it has from the tracker", () => {
  const own = feedAfter(20);
  const [hash = ""] = Object.keys(own.model.torrents);
  const about = { v: 1, run: "run-1", seq: 9000, node: "leecher-2", torrent: hash } as const;
  const text = () => textOf(pictureOf(sceneOf(own, { overlay: { kind: "peer" }, peer: "leecher-2" }), at80));
  expect(text()).not.toMatch(/^ {3}tracker /m);
  takeLine(own, { ...about, t: 21, type: "tracker-answer", complete: 1, incomplete: 5, interval: 10 }, sentence);
  takeLine(own, { ...about, t: 25, type: "tracker-error", error: "connection refused" }, sentence);
  expect(text()).toMatch(/tracker answered 4\.0s ago {2}connection refused/);
});

test("without Unicode every sign is ASCII", () => {
  for (const ui of states) {
    const text = textOf(pictureOf(sceneOf(feed, ui, { glyphs: asciiGlyphs }), { columns: 120, rows: 39 }));
    const foreign = [...text].filter((sign) => sign > "~" && !"…–×·∞→↑↓".includes(sign));
    expect(foreign, JSON.stringify(ui)).toEqual([]);
  }
});

test("nothing is told by colour alone: signs that differ in colour differ in shape", () => {
  const { choke, lane, seeder, leecher, tracker, shades } = unicodeGlyphs;
  for (const family of [Object.values(choke), Object.values(lane), [seeder, leecher, tracker], shades])
    expect(new Set(family).size).toBe(family.length);
});

test("no escape sequence of a name, a client or a message reaches the terminal", () => {
  const evil = "\u001b]52;c;aGk=\u0007\u001b[2J\r\n\u009b31m\u202egpj\u200b";
  const hostile = feedAfter(12, { torrents: [evil], client: evil });
  for (const node of Object.values(hostile.model.nodes)) {
    node.error = evil;
    for (const [hash, part] of Object.entries(node.torrents)) {
      part.trackerError = evil;
      const known = Object.values(part.connections)[0];
      if (known) part.connections[evil] = { ...structuredClone(known), open: true, client: evil };
      hostile.chokes.set(`${hash} ${node.name}`, [{ t: 1, peer: evil, type: "unchoke" }]);
    }
  }
  for (const torrent of Object.values(hostile.model.torrents)) torrent.given[evil] = { [evil]: 2 ** 20 };
  const run = hostile.model.run;
  if (run) Object.assign(run, { lab: evil, profile: evil, tracker: { kind: evil, url: evil, interval: 1 } });
  for (const ui of [...states, { filter: evil }, { typing: { into: "mark" as const, text: evil } }])
    for (const box of boxes) {
      const painted = pictureOf(sceneOf(hostile, ui), box)
        .lines.map((line) => paint(line, themes.default))
        .join("\n");
      const stripped = painted.replaceAll(/\u001b\[[\d;]*m/g, "").replaceAll("\n", "");
      expect(stripped).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
    }
});

test("a bad peer has its own sign, and an opened peer says who sent it corrupt pieces", () => {
  const bad = feedAfter(20);
  const { settings } = bad.model.nodes["leecher-3"] ?? {};
  if (settings && "up" in settings) settings.behaviour = "poison";
  const own = Object.values(bad.model.nodes["leecher-2"]?.torrents ?? {})[0];
  if (own) own.corrupt["leecher-3"] = { pieces: 2, bannedUntil: bad.model.t + 40 };
  expect(textOf(pictureOf(sceneOf(bad), at80))).toMatch(/☠ leecher-3/);
  expect(textOf(pictureOf(sceneOf(bad, {}, { glyphs: asciiGlyphs }), at80))).toMatch(/X leecher-3/);
  const peer: Partial<Ui> = { overlay: { kind: "peer" }, peer: "leecher-2" };
  expect(textOf(pictureOf(sceneOf(bad, peer), at80))).toMatch(/2 corrupt pieces of leecher-3, banned for \d+s more/);
});
