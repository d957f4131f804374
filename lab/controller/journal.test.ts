import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalLine } from "../api/journal.ts";
import { HASH, peer, readJournal, startLab, testPlan } from "./controller.fixture.ts";
import { openJournalFile } from "./journal-file.ts";

test("the first line says what the run is about, and every line is what the schema says", async () => {
  const lab = await startLab(testPlan([peer("seeder-1")]));
  await lab.join("tracker");
  const lines = await lab.journal();
  expect(lines[0]).toMatchObject({ v: 1, run: "run-1", seq: 1, node: "controller", type: "run", lab: "test" });
  for (const line of lines) expect(journalLine.parse(line)).toEqual(line);
  await lab.controller.close();
  expect((await readJournal(lab.folder)).length).toBeGreaterThanOrEqual(lines.length);
});

test("a restarted controller goes on where the journal ends: knobs, release, totals, seq and time", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1")]));
  await lab.join("tracker");
  const seeder = await lab.join("seeder-1");
  const leecher = await lab.join("leecher-1");
  seeder.facts({ type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  await leecher.command("torrents");
  leecher.facts({ type: "have", torrent: HASH, piece: 0, from: [{ peer: seeder.peerId, bytes: 16_384 }] });
  await lab.until((line) => line.type === "have");
  await lab.api.command({ type: "set", target: "leecher-1", settings: { up: 5 } });
  await lab.api.command({ type: "cut", sides: [["seeder-1"], ["leecher-1"]] });
  const before = await lab.api.status();

  const again = await lab.restart();
  const after = await again.api.status();
  expect(after.seq).toBeGreaterThan(before.seq);
  expect(after.t).toBeGreaterThanOrEqual(before.t);
  expect(after.nodes.find((node) => node.name === "leecher-1")).toMatchObject({
    state: "running",
    limits: { up: 5 },
    torrents: [{ have: 1 }],
  });
  const back = await again.join("leecher-1", { peerId: leecher.peerId });
  expect(back.welcome).toMatchObject({ settings: { up: 5 }, torrents: [{ infoHash: HASH, duty: "fetch" }] });
  expect(await back.command("cut")).toEqual({ type: "cut", peers: [seeder.peerId] });
  back.facts({ type: "choke", torrent: HASH, peer: seeder.peerId });
  expect(await again.until((line) => line.type === "choke")).toMatchObject({ peer: "seeder-1" });

  const lines = await again.journal();
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_, i) => i + 1));
  expect(lines.every((line, i) => line.t >= (lines[i - 1]?.t ?? 0))).toBe(true);
  expect(lines.filter((line) => line.type === "release")).toHaveLength(1);
});

test("a torn last line is cut off and noted, and so is a damaged one left out", async () => {
  const lab = await startLab(testPlan([]));
  await lab.api.command({ type: "mark", text: "kept" });
  await lab.controller.close();
  const file = join(lab.folder, "journal.jsonl");
  const kept = (await readJournal(lab.folder)).length;
  await appendFile(file, 'not json\n{"v":1,"run":"run-1","seq":999,"t":');
  const again = await lab.restart();
  const note = await again.until((line) => line.type === "mark" && line.text.includes("torn"));
  expect(note).toMatchObject({
    text: `the controller was restarted and goes on after line ${kept}; a torn last line of 35 bytes was cut off`,
  });
  await again.controller.close();
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  expect(lines.filter((line) => !isJson(line))).toEqual(["not json"]);
});

test("damaged lines in the middle are left out, for the controller and for its viewers", async () => {
  const lab = await startLab(testPlan([]));
  await lab.controller.close();
  const seq = (await readJournal(lab.folder)).length;
  const mark = (at: number, text: unknown) =>
    JSON.stringify({ v: 1, run: "run-1", seq: seq + at, t: 1, node: "controller", type: "mark", text });
  const lines = [mark(1, "before"), mark(2, 7), mark(3, "torn").slice(0, -9), mark(4, "after"), mark(-1, "too late")];
  await appendFile(join(lab.folder, "journal.jsonl"), `${lines.join("\n")}\n`);
  const again = await lab.restart();
  await again.api.command({ type: "mark", text: "end" });
  const seen: number[] = [];
  await again.until((line) => {
    seen.push(line.seq);
    return line.type === "mark" && line.text === "end";
  });
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  expect([seq + 1, seq + 2, seq + 3, seq + 4].filter((number) => seen.includes(number))).toEqual([seq + 1, seq + 4]);
});

test("any line is found again, in a journal that was written in hundreds of pieces", async () => {
  const lab = await startLab(testPlan([]));
  const path = join(lab.folder, "long.jsonl");
  const { file } = await openJournalFile(path, { onLine() {}, onProblem() {} });
  const text = "x".repeat(180);
  for (let seq = 1; seq <= 4000; seq += 1) {
    const line = { v: 1, run: "run-1", seq, t: 0, node: "controller", type: "mark", text };
    file.append({ seq, json: JSON.stringify(line) });
    if (seq % 10 === 0) await file.flush();
  }
  for (const after of [0, 1, 9, 10, 11, 1234, 2500, 3989, 3999])
    expect((await file.readAfter(after))[0]?.seq).toBe(after + 1);
  expect(await file.readAfter(4000)).toEqual([]);
  await file.close();
});

test("a journal that cannot be written is reported, not thrown", async () => {
  const problems: (string | null)[] = [];
  const { file } = await openJournalFile("/dev/full", {
    onLine: () => {},
    onProblem: (problem) => problems.push(problem),
  });
  file.append({ seq: 1, json: '{"v":1,"run":"run-1","seq":1,"t":0}' });
  await file.flush();
  expect(problems).toEqual([expect.stringContaining("the journal cannot be written: ENOSPC")]);
  await file.close();
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
