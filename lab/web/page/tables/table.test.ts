import { expect, test } from "vitest";
import { playPicture } from "../../testing/played-picture.ts";
import { peerParts } from "../state/peers.ts";
import { peerColumns } from "./peer-columns.ts";
import { arrange, type Column, reorder } from "./table.ts";
import { trackerColumns } from "./tracker-columns.ts";

interface Row {
  readonly name: string;
  readonly rate: number | null;
}

const columns: Column<Row>[] = [
  { key: "name", title: "Name", text: ({ name }) => name, sort: ({ name }) => name },
  { key: "rate", title: "Rate", numeric: true, text: ({ rate }) => `${rate ?? ""}`, sort: ({ rate }) => rate },
];
const rows: Row[] = [
  { name: "leecher-10", rate: 5 },
  { name: "leecher-2", rate: null },
  { name: "seeder-1", rate: 7 },
];
const names = (key: string, descending: boolean, filter = "") =>
  arrange(rows, columns, { key, descending }, filter).map(({ name }) => name);

test("names are sorted as people count, numbers by size, and what is unknown comes last either way", () => {
  expect(names("name", false)).toEqual(["leecher-2", "leecher-10", "seeder-1"]);
  expect(names("rate", true)).toEqual(["seeder-1", "leecher-10", "leecher-2"]);
  expect(names("rate", false)).toEqual(["leecher-10", "seeder-1", "leecher-2"]);
});

test("without an order rows stay as they are, and every word of the filter has to be somewhere in the row", () => {
  expect(names("", false)).toEqual(["leecher-10", "leecher-2", "seeder-1"]);
  expect(names("", false, "LEECH")).toEqual(["leecher-10", "leecher-2"]);
  expect(names("", false, "leech 5")).toEqual(["leecher-10"]);
  expect(names("", false, "[")).toEqual([]);
});

test("a first click on a head starts with the largest number or the first name, a second turns it round", () => {
  const [name, rate] = columns as [Column<Row>, Column<Row>];
  expect(reorder({ key: "", descending: false }, name)).toEqual({ key: "name", descending: false });
  expect(reorder({ key: "name", descending: false }, rate)).toEqual({ key: "rate", descending: true });
  expect(reorder({ key: "rate", descending: true }, rate)).toEqual({ key: "rate", descending: false });
});

test("a peer that lacks one piece of many does not have 100 %", () => {
  const { picture, torrent, add } = playPicture(0, { pieces: 20_000, pieceLength: 1 << 14 });
  const bitfield = `${"ff".repeat(2499)}fe`;
  add("leecher-1", { type: "torrent", torrent: torrent.info.infoHash, state: "downloading", bitfield });
  const progress = peerColumns(torrent, picture.swarm.t).find(({ key }) => key === "progress");
  const texts = peerParts(picture, torrent).map((row) => progress?.text(row));
  expect(texts.slice(0, 3)).toEqual(["100 %", "99.9 %", "0.0 %"]);
});

test("who is stopped or left announces no more, and is not called working", () => {
  const { picture, torrent, add } = playPicture(5);
  add("leecher-1", { type: "node", state: "stopped" });
  add("leecher-2", { type: "torrent", torrent: torrent.info.infoHash, state: "retired" });
  const columns = trackerColumns(picture.swarm);
  const shown = (key: string) =>
    peerParts(picture, torrent).map((row) => columns.find((column) => column.key === key)?.text(row));
  expect(shown("status")).toEqual(["working", "stopped", "retired", "working", "working"]);
  expect(shown("next").map((text) => text !== "")).toEqual([true, false, false, true, true]);
});
