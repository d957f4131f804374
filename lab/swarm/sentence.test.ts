import { expect, test } from "vitest";
import type { JournalBody } from "../api/journal.ts";
import { HASH, journal } from "./journal.fixture.ts";
import { sentence } from "./sentence.ts";

test("the first copy of a piece outside the seeders is told as such, later ones are not", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  const have: JournalBody = { type: "have", torrent: HASH, piece: 3, from: [{ peer: "seeder-1", bytes: 16_384 }] };
  expect(sentence(lab.add("leecher-1", have), lab.model)).toBe(
    "leecher-1 completed piece 3 of film.bin from seeder-1, the first copy outside the seeders",
  );
  expect(sentence(lab.add("leecher-2", have), lab.model)).toBe("leecher-2 completed piece 3 of film.bin from seeder-1");
});

test("that a copy was the first is not claimed by a model that knows more than the line", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  const have: JournalBody = { type: "have", torrent: HASH, piece: 3, from: [] };
  const first = lab.add("leecher-1", have);
  lab.plan(["leecher-2"]);
  const second = lab.add("leecher-2", have);
  lab.add("controller", { type: "mark", text: "later" });
  for (const line of [first, second]) expect(sentence(line, lab.model)).toMatch(/completed piece 3 of film.bin$/);
});

test("samples and the tracker's answers are not worth a sentence", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  expect(sentence(lab.add("leecher-1", { type: "sample", memory: null, load: 0, torrents: [] }))).toBeUndefined();
});

test.each<[string, JournalBody, string | undefined]>([
  ["leecher-1", { type: "node", state: "failed", error: "connection lost" }, "leecher-1 failed: connection lost"],
  [
    "seeder-1",
    { type: "unchoke", torrent: HASH, peer: "leecher-1", optimistic: true },
    "seeder-1 unchokes leecher-1 (optimistic)",
  ],
  [
    "leecher-1",
    { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" },
    "leecher-1 has all of film.bin and seeds it",
  ],
  [
    "tracker",
    { type: "peer-expired", torrent: HASH, peer: "leecher-1", reason: "silent", complete: 1, incomplete: 0 },
    "the tracker dropped leecher-1, which was silent for two intervals",
  ],
  [
    "tracker",
    { type: "peer-expired", torrent: HASH, peer: "leecher-1", reason: "full", complete: 1, incomplete: 0 },
    "the tracker's table is full: it dropped leecher-1, which was silent the longest",
  ],
  ["controller", { type: "release", nodes: ["a", "b", "c"] }, "a, b and c are let go"],
  [
    "controller",
    { type: "command", command: "cut", detail: { sides: [["a"], ["b", "c"]] }, ok: true },
    "a is cut off from b and c",
  ],
  ["controller", { type: "command", command: "set", detail: { target: "a" }, ok: true }, undefined],
  [
    "controller",
    { type: "command", command: "set", detail: {}, ok: false, error: "no such node" },
    "the command set failed: no such node",
  ],
  ["controller", { type: "command", command: "cut", detail: "nonsense", ok: true }, " are cut off from "],
])("%s %o reads well", (node, body, expected) => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  expect(sentence(lab.add(node, body), lab.model)).toBe(expected);
});

test("what a hostile peer calls itself cannot reach the terminal", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const hostile = "\u001b]52;c;ZXZpbA==\u0007\u202e\r\n";
  const line = lab.add("leecher-1", { type: "peer-left", torrent: HASH, peer: hostile, reason: hostile });
  expect(sentence(line, lab.model)).not.toMatch(/[\u0000-\u001f\u202e]/);
});
