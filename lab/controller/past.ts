import type { ServerResponse } from "node:http";
import type { Journal } from "./journal.ts";
import type { StoredLine } from "./journal-lines.ts";

/** Lines are sent in pieces of about this size, as fast as the viewer reads. */
const PIECE_CHARACTERS = 1 << 20;

/** A journal line as a server-sent event. */
export function frame({ seq, json }: StoredLine): string {
  return `id: ${seq}\ndata: ${json}\n\n`;
}

/**
 * Sends lines after `after` until what is left is short and in memory; returns the last one that was sent.
 * `undefined` when a line is not known any more (the disk refused it) or not yet (the viewer saw another journal).
 */
export async function sendPast(journal: Journal, response: ServerResponse, after: number): Promise<number | undefined> {
  if (after > journal.model.seq) return undefined;
  let last = after;
  while (!response.destroyed) {
    const recent = journal.recent.after(last);
    if (recent && lengthOf(recent) < PIECE_CHARACTERS) return last;
    const piece = firstPiece(recent ?? (await stored(journal, last)));
    if (piece[0]?.seq !== last + 1) return undefined;
    last = piece.at(-1)?.seq ?? last;
    if (!response.write(piece.map(frame).join(""))) await drained(response);
  }
  return last;
}

async function stored({ file }: Journal, after: number): Promise<readonly StoredLine[]> {
  await file.flush();
  return file.readAfter(after);
}

function firstPiece(lines: readonly StoredLine[]): readonly StoredLine[] {
  let characters = 0;
  const end = lines.findIndex((line) => {
    characters += line.json.length;
    return characters > PIECE_CHARACTERS;
  });
  return end < 0 ? lines : lines.slice(0, end + 1);
}

function lengthOf(lines: readonly StoredLine[]): number {
  return lines.reduce((sum, line) => sum + line.json.length, 0);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
