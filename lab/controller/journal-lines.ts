import type { FileHandle } from "node:fs/promises";
import { type JournalLine, journalLine } from "../api/journal.ts";

export interface StoredLine {
  readonly seq: number;
  readonly json: string;
}

/** A line that was read back from the disk. */
export interface ReadLine extends StoredLine {
  readonly line: JournalLine;
}

/** Where a line begins; one mark a batch is enough to find any line. */
export interface Mark {
  readonly seq: number;
  readonly offset: number;
}

const READ_BYTES = 1 << 20;
const NEWLINE = 10;

/** Reads the file once from its beginning; returns the length of its whole lines. */
export async function replay(handle: FileHandle, index: Mark[], onLine: (line: ReadLine) => void): Promise<number> {
  const { size } = await handle.stat();
  let offset = 0;
  while (offset < size) {
    const { lines, end } = await readBatch(handle, offset, size);
    if (end === offset) break;
    if (lines[0]) index.push({ seq: lines[0].seq, offset });
    for (const line of lines) onLine(line);
    offset = end;
  }
  return offset;
}

/** Lines after `after` from `from` on, about `READ_BYTES` of them; empty at the end. */
export async function readLines(handle: FileHandle, from: number, size: number, after: number): Promise<ReadLine[]> {
  let offset = from;
  while (offset < size) {
    const { lines, end } = await readBatch(handle, offset, size);
    const later = lines.filter((line) => line.seq > after);
    if (later.length > 0 || end === offset) return later;
    offset = end;
  }
  return [];
}

/** The whole lines from `offset` on, about `READ_BYTES` of them; at least one where there is one. */
async function readBatch(
  handle: FileHandle,
  offset: number,
  size: number,
): Promise<{ lines: ReadLine[]; end: number }> {
  for (let length = READ_BYTES; ; length *= 2) {
    const wanted = Math.min(length, size - offset);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end > 0) return { lines: parseLines(buffer.toString("utf8", 0, end)), end: offset + end };
    if (bytesRead < length) return { lines: [], end: offset };
  }
}

/** A line that is none of ours (edited by hand, damaged) is left out: no model and no viewer could read it. */
function parseLines(text: string): ReadLine[] {
  return text.split("\n").flatMap((json) => {
    const { data: line } = journalLine.safeParse(parseJson(json));
    return line === undefined ? [] : [{ seq: line.seq, json, line }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
