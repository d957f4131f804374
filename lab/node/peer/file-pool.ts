import type { FileHandle } from "node:fs/promises";

/** Open files a torrent: with ten torrents and a hundred connections still below `ulimit -n 256`. */
const OPEN_FILES = 12;

export interface FilePool {
  /** Calls `use` with the open file, which stays open at least as long as that takes. */
  use<T>(file: number, use: (handle: FileHandle) => Promise<T>): Promise<T>;
  /** Closes what is not in use; what is, closes when its use ends. */
  close(): Promise<void>;
}

interface Entry {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/** Keeps the files that were used last open. @param open opens a file by its index. */
export function createFilePool(open: (file: number) => Promise<FileHandle>): FilePool {
  /** The one used last is at the end. */
  const entries = new Map<number, Entry>();
  const closing = new Set<Promise<void>>();
  let limit = OPEN_FILES;

  return {
    async use(file, use) {
      const entry = entries.get(file) ?? { handle: open(file), users: 0 };
      entries.delete(file);
      entries.set(file, entry);
      entry.users += 1;
      try {
        const handle = await entry.handle;
        return await use(handle);
      } catch (error) {
        await entry.handle.catch(() => entries.get(file) === entry && entries.delete(file));
        throw error;
      } finally {
        entry.users -= 1;
        trim();
      }
    },
    async close() {
      limit = 0;
      trim();
      await Promise.all(closing);
    },
  };

  function trim(): void {
    for (const [file, entry] of entries) {
      if (entries.size <= limit) return;
      if (entry.users > 0) continue;
      entries.delete(file);
      const closed = entry.handle.then(
        (handle) => handle.close(),
        () => undefined,
      );
      closing.add(closed);
      closed.finally(() => closing.delete(closed)).catch(() => {});
    }
  }
}
