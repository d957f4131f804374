import { type FileHandle, open } from "node:fs/promises";
import { messageOf } from "../errors.ts";
import { type Mark, type ReadLine, readLines, replay, type StoredLine } from "./journal-lines.ts";

/** The journal on disk: appended in batches, read again from any line. */
export interface JournalFile {
  /** Queues a line; it is on disk at most 200 ms later. Never fails: see `onProblem`. */
  append(line: StoredLine): void;
  /** Up to about 1 MiB of lines after `after`, oldest first; empty at the end. */
  readAfter(after: number): Promise<StoredLine[]>;
  /** Resolves when everything queued is on disk, or could not be written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface JournalFileOptions {
  /** Called with every whole line that is in the file already. */
  onLine(line: ReadLine): void;
  /** Writing fails (with the reason) or works again (`null`); lines wait in memory meanwhile. */
  onProblem(problem: string | null): void;
}

const FLUSH_MS = 200;
const RETRY_MS = 1000;
/** Between two marks: a mark a write would be a million after two days. */
const MARK_BYTES = 128 << 10;
/** Lines wait in so many characters while the disk refuses them; then the oldest are lost. */
const WAITING_LIMIT = 16 << 20;

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
    append(line) {
      if (closed) return;
      waiting.push(line);
      waitingLength += line.json.length;
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
    if (size >= (index.at(-1)?.offset ?? -MARK_BYTES) + MARK_BYTES) index.push({ seq: first.seq, offset: size });
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
