import { expect, test } from "vitest";
import { arrange, type Column, reorder } from "./table.ts";

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
