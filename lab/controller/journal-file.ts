import { type FileHandle, open } from "node:fs/promises";
import { messageOf } from "../errors.ts";

/** The journal on disk: appended in batches, read again from any line. */
export interface JournalFile {
  /** Queues a line; it is on disk at most 100 ms later. Never fails: see `onProblem`. */
  append(seq: number, json: string): void;
  /** Up to about 1 MiB of lines after `after`, oldest first; empty at the end. */
  readAfter(after: number): Promise<StoredLine[]>;
  /** Resolves when everything queued is on disk, or could not be written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface StoredLine {
  readonly seq: number;
  readonly json: string;
}

export interface JournalFileOptions {
  /** Called with every whole line that is in the file already. */
  onLine(line: StoredLine): void;
  /** Writing fails (with the reason) or works again (`null`); lines wait in memory meanwhile. */
  onProblem(problem: string | null): void;
}

const FLUSH_MS = 100;
const RETRY_MS = 1000;
/** Lines wait in so many characters while the disk refuses them; then the oldest are lost. */
const WAITING_LIMIT = 16 << 20;
const READ_BYTES = 1 << 20;
const NEWLINE = 10;

/**
 * Opens or makes the journal. `torn` are the bytes of an unfinished last line, which are cut off: the process or the disk
 * ended in the middle of it.
 */
export async function openJournalFile(
  path: string,
  options: JournalFileOptions,
): Promise<{ file: JournalFile; torn: number }> {
  const handle = await open(path, "a+", 0o600);
  const index: Mark[] = [];
  const size = await replay(handle, index, options.onLine);
  const torn = (await handle.stat()).size - size;
  if (torn > 0) await handle.truncate(size);
  return { file: journalFile(handle, index, size, options), torn };
}

/** Where a line begins; one mark a batch is enough to find any line. */
interface Mark {
  readonly seq: number;
  readonly offset: number;
}

function journalFile(handle: FileHandle, index: Mark[], start: number, { onProblem }: JournalFileOptions): JournalFile {
  let size = start;
  let waiting: StoredLine[] = [];
  let waitingLength = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let problem: string | null = null;
  let lost = 0;
  let closed = false;

  return {
    append(seq, json) {
      if (closed) return;
      waiting.push({ seq, json });
      waitingLength += json.length;
      while (waitingLength > WAITING_LIMIT && waiting.length > 1) {
        waitingLength -= waiting.shift()?.json.length ?? 0;
        lost += 1;
      }
      timer ??= setTimeout(flush, problem === null ? FLUSH_MS : RETRY_MS);
    },
    async readAfter(after) {
      const from = index.findLast((mark) => mark.seq <= after + 1)?.offset ?? 0;
      return readLines(handle, from, size, after);
    },
    flush,
    async close() {
      await flush();
      closed = true;
      clearTimeout(timer);
      await handle.close();
    },
  };

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  async function write(): Promise<void> {
    const batch = waiting;
    const first = batch[0];
    if (!first) return;
    waiting = [];
    const bytes = Buffer.from(`${batch.map((line) => line.json).join("\n")}\n`);
    try {
      await handle.appendFile(bytes);
    } catch (error) {
      await handle.truncate(size).catch(() => {});
      waiting = [...batch, ...waiting];
      timer ??= setTimeout(flush, RETRY_MS);
      return report(`the journal cannot be written: ${messageOf(error)}`);
    }
    index.push({ seq: first.seq, offset: size });
    size += bytes.length;
    waitingLength -= batch.reduce((sum, line) => sum + line.json.length, 0);
    report(lost === 0 ? null : `${lost} journal lines were lost while the disk refused them`);
  }

  function report(now: string | null): void {
    if (now === problem) return;
    problem = now;
    onProblem(now);
  }
}

/** Reads the file once from its beginning; returns the length of its whole lines. */
async function replay(handle: FileHandle, index: Mark[], onLine: (line: StoredLine) => void): Promise<number> {
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

async function readLines(handle: FileHandle, from: number, size: number, after: number): Promise<StoredLine[]> {
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
): Promise<{ lines: StoredLine[]; end: number }> {
  for (let length = READ_BYTES; ; length *= 2) {
    const wanted = Math.min(length, size - offset);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end > 0) return { lines: parseLines(buffer.toString("utf8", 0, end)), end: offset + end };
    if (bytesRead < length) return { lines: [], end: offset };
  }
}

/** A line that is none of ours (edited by hand, damaged) is left out. */
function parseLines(text: string): StoredLine[] {
  return text.split("\n").flatMap((json) => {
    const seq = /^\{"v":1,"run":"[^"]*","seq":(\d+),/.exec(json)?.[1];
    return seq === undefined ? [] : [{ seq: Number(seq), json }];
  });
}
