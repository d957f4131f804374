import type { FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode, messageOf } from "../../errors.ts";
import { type Content, lengthOfPiece, type Span, spansOf } from "./content.ts";
import { createFilePool, type FilePool } from "./file-pool.ts";
import { openDownload, openSource, openToWrite } from "./safe-open.ts";
import type { PieceStore, ReadDone, ReadOptions } from "./webtorrent-client.ts";

/** Where a torrent's files lie: `root` holds the entry that is named as the torrent. */
export interface DataFolder {
  readonly root: string;
  /** `source`: shared as it is, never written. `download`: ours, nothing outside of it may change. */
  readonly kind: "source" | "download";
}

export interface ContentStore extends PieceStore {
  /** Fills `target` with the bytes from `start` on. @throws where a file is missing or too short. */
  read(start: number, target: Uint8Array): Promise<void>;
  /** Gets a download ready to be written: makes its empty files and cuts off what is longer than the torrent says. */
  prepare(): Promise<void>;
  /** Looks for the files anew, also after `close`: another one may lie under a name, and an open file is still the old one. */
  reopen(): Promise<void>;
}

export interface StoreEvents {
  /** A piece cannot be written, for now; it is tried again until it can or the store is closed. */
  onProblem(message: string): void;
  /** Every piece was written after all. */
  onRecovered(): void;
}

const RETRY_MS = 5000;

/**
 * The store that webtorrent reads and writes pieces with. Unlike the stock one it keeps names byte for byte, serves from
 * read-only mounts, makes empty files, follows no links out of its folder, and lives through a full disk.
 */
export function createStore(content: Content, folder: DataFolder, events: StoreEvents): ContentStore {
  const ended = new AbortController();
  let writing = false;
  let waiting = 0;
  let pool = newPool();

  return {
    chunkLength: content.pieceLength,
    read,
    prepare,
    reopen,
    get(index: number, second: ReadOptions | ReadDone | null, third?: ReadDone) {
      const done = typeof second === "function" ? second : third;
      const options = typeof second === "function" ? null : second;
      readBlock(index, options ?? {}).then(
        (bytes) => done?.(null, bytes),
        (error) => done?.(error),
      );
    },
    put(index, piece, done) {
      put(index, piece).then(() => done(null), done);
    },
    close: (done) => close().then(() => done(null), done),
    // Files are kept whatever happens to their torrent.
    destroy: (done) => close().then(() => done(null), done),
  };

  function newPool(): FilePool {
    return createFilePool((file) => open(pathOf(file)));
  }

  function open(path: readonly string[]): Promise<FileHandle> {
    if (folder.kind === "source") return openSource(folder.root, path);
    return writing ? openToWrite(folder.root, path) : openDownload(folder.root, path);
  }

  function pathOf(file: number): readonly string[] {
    return content.files[file]?.path ?? [];
  }

  async function readBlock(index: number, { offset = 0, length }: ReadOptions): Promise<Buffer> {
    const whole = Number.isInteger(index) && index >= 0 && index < content.pieceCount;
    const size = whole ? lengthOfPiece(content, index) : 0;
    const wanted = length ?? size - offset;
    if (offset < 0 || wanted <= 0 || offset + wanted > size) throw new RangeError("no such block");
    const block = Buffer.allocUnsafe(wanted);
    await read(index * content.pieceLength + offset, block);
    return block;
  }

  async function read(start: number, target: Uint8Array): Promise<void> {
    for (const span of spansOf(content, start, target.length)) {
      const part = target.subarray(span.offset, span.offset + span.length);
      if (content.files[span.file]?.pad) part.fill(0);
      else await pool.use(span.file, (handle) => readAll(handle, part, span.position));
    }
  }

  async function prepare(): Promise<void> {
    if (folder.kind === "source") return;
    writing = true;
    await reopen();
    for (const [index, file] of content.files.entries()) {
      if (file.pad) continue;
      if (file.length === 0) await pool.use(index, (handle) => handle.truncate(0));
      else await cut(index, file.length);
    }
  }

  async function reopen(): Promise<void> {
    const old = pool;
    pool = newPool();
    await old.close();
  }

  async function cut(file: number, length: number): Promise<void> {
    try {
      const handle = await openDownload(folder.root, pathOf(file));
      const tooLong = (await handle.stat()).size > length;
      await handle.close();
      if (tooLong) await pool.use(file, (writable) => writable.truncate(length));
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  async function put(index: number, piece: Uint8Array): Promise<void> {
    const spans = spansOf(content, index * content.pieceLength, piece.length);
    if (await wrote(spans, piece)) return;
    waiting += 1;
    do await delay(RETRY_MS, undefined, { signal: ended.signal });
    while (!(await wrote(spans, piece)));
    waiting -= 1;
    if (waiting === 0) events.onRecovered();
  }

  async function wrote(spans: readonly Span[], piece: Uint8Array): Promise<boolean> {
    try {
      for (const span of spans) {
        if (content.files[span.file]?.pad) continue;
        const part = piece.subarray(span.offset, span.offset + span.length);
        await pool.use(span.file, (handle) => writeAll(handle, part, span.position));
      }
      return true;
    } catch (error) {
      events.onProblem(hasCode(error, "ENOSPC", "EDQUOT") ? "disk full" : messageOf(error));
      return false;
    }
  }

  async function close(): Promise<void> {
    ended.abort();
    await pool.close();
  }
}

async function readAll(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new Error("the file is shorter than the torrent says");
    done += bytesRead;
  }
}

async function writeAll(handle: FileHandle, source: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < source.length; ) {
    const { bytesWritten } = await handle.write(source, done, source.length - done, position + done);
    done += bytesWritten;
  }
}
