import { readdir, readFile, readlink } from "node:fs/promises";

/** O_ACCMODE: which of reading and writing a file was opened for; 0 is reading only. */
const ACCESS_MODE = 3;

/**
 * Which of these files some process has open for writing: a copy that has paused. Only on Linux, and only of processes
 * that this user may look at.
 * @param files real paths.
 */
export async function openForWriting(files: ReadonlySet<string>): Promise<Set<string>> {
  const open = new Set<string>();
  for (const pid of (await namesIn("/proc")).filter((name) => /^\d+$/.test(name))) {
    const names = await namesIn(`/proc/${pid}/fd`);
    await Promise.all(
      names.map(async (fd) => {
        const file = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
        if (files.has(file) && (await isWriter(pid, fd))) open.add(file);
      }),
    );
  }
  return open;
}

/** Processes come and go, and most are not ours. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function isWriter(pid: string, fd: string): Promise<boolean> {
  const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, "utf8").catch(() => "");
  const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? "0";
  return (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
}
