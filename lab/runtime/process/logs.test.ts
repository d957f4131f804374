import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogLine } from "../runtime.ts";
import { readLogs } from "./logs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const source = (node: string) => ({ node, file: join(folder, node) });

test("a character that a read cuts in two stays one, and a line without an end is told at last", async () => {
  const { node, file } = source("leecher-1");
  // Reads are of 64 KiB: one byte before, two of the three behind it.
  const long = `${"x".repeat(64 * 1024 - 1)}€`;
  writeFileSync(file, `${long}\nnaïve`);
  expect(await texts(readLogs(() => [{ node, file }], { follow: false }))).toEqual([long, "naïve"]);
});

test("a character that is written in two parts stays one, and the last words of a node that has left are heard", async () => {
  const { node, file } = source("leecher-1");
  const euro = Buffer.from("€\n");
  writeFileSync(file, Buffer.concat([Buffer.from("first\n"), euro.subarray(0, 1)]));
  const parts = [() => appendFileSync(file, euro.subarray(1)), () => appendFileSync(file, "bye\n")];
  let rounds = 0;
  const sources = () => {
    if (rounds > 0) parts.shift()?.();
    rounds += 1;
    return rounds <= 2 ? [{ node, file }] : [];
  };
  expect(await texts(readLogs(sources, { follow: true }))).toEqual(["first", "€", "bye"]);
});

async function texts(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of lines) all.push(text);
  return all;
}
