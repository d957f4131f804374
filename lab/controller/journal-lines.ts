import type { FileHandle } from "node:fs/promises";
import { type JournalLine, journalLine } from "../api/journal.ts";
import { parseJson } from "../parse-json.ts";

export interface StoredLine {
  readonly seq: number;
  readonly json: string;
}

/** A line that was read back from the disk. */
export interface ReadLine extends StoredLine {
  readonly line: JournalLine;
}

/** Where a line begins; one mark in many lines is enough to find any. */
export interface Mark {
  readonly seq: number;
  readonly offset: number;
}

const READ_BYTES = 1 << 20;
const NEWLINE = 10;

/** Reads the file once from its beginning; returns the length of its whole lines. */
export async function replay(handle: FileHandle, index: Mark[], onLine: (line: ReadLine) => void): Promise<number> {
  let length = 0;
  for await (const { lines, offset, end } of readJournal(handle)) {
    if (lines[0]) index.push({ seq: lines[0].seq, offset });
    for (const line of lines) onLine(line);
    length = end;
  }
  return length;
}

/** The whole lines that are in the file now, from its beginning, about `READ_BYTES` at a time, and where they lie. */
export async function* readJournal(
  handle: FileHandle,
): AsyncGenerator<{ lines: ReadLine[]; offset: number; end: number }> {
  const { size } = await handle.stat();
  let [offset, last] = [0, 0];
  while (offset < size) {
    const { lines, end } = await readBatch(handle, offset, size, last);
    if (end === offset) return;
    yield { lines, offset, end };
    last = lines.at(-1)?.seq ?? last;
    offset = end;
  }
}

/** Lines after `after` from `from` on, about `READ_BYTES` of them; empty at the end. */
export async function readLines(handle: FileHandle, from: number, size: number, after: number): Promise<ReadLine[]> {
  let offset = from;
  while (offset < size) {
    const { lines, end } = await readBatch(handle, offset, size, after);
    if (lines.length > 0 || end === offset) return lines;
    offset = end;
  }
  return [];
}

/** The whole lines from `offset` on that come after `after`, of about `READ_BYTES`; of at least one where there is one. */
async function readBatch(
  handle: FileHandle,
  offset: number,
  size: number,
  after: number,
): Promise<{ lines: ReadLine[]; end: number }> {
  for (let length = READ_BYTES; ; length *= 2) {
    const wanted = Math.min(length, size - offset);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end > 0) return { lines: parseLines(buffer.toString("utf8", 0, end), after), end: offset + end };
    if (bytesRead < length) return { lines: [], end: offset };
  }
}

/** A line that is none of ours (edited by hand, damaged) or out of order is left out: no model and no viewer could take it. */
function parseLines(text: string, after: number): ReadLine[] {
  let last = after;
  return text.split("\n").flatMap((json) => {
    const { data: line } = journalLine.safeParse(parseJson(json));
    if (line === undefined || line.seq <= last) return [];
    last = line.seq;
    return [{ seq: line.seq, json, line }];
  });
}
