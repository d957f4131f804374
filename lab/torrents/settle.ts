import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { scanSources } from "./scan.ts";
import type { SourceEntry } from "./sources.ts";
import { openForWriting } from "./writers.ts";

/** Milliseconds between two looks, and for how many of them nothing may change before a copy counts as finished. */
const LOOK = 500;
const QUIET_LOOKS = 4;

/** Watches a folder of sources for changes that are whole. */
export interface SettledSources {
  /** Whether the entry, as it is described, has stayed so for two seconds with nobody writing to it. */
  isSettled(entry: SourceEntry): boolean;
  /** Comes back whenever an entry has settled in another state than the last time, the first time at once. */
  changes(signal: AbortSignal): AsyncGenerator<void>;
  /** Everything is to be reported again: what was reported last could not be made use of. */
  again(): void;
}

interface Seen {
  readonly print: string;
  readonly quiet: number;
  readonly settled: boolean;
}

/**
 * A plain copy has stopped growing and is closed; the temporary file of rsync (a dot entry, which is ignored) has got its
 * name; what was moved here is whole at once. Looks instead of listening, because change events do not reach every mount.
 * @param look waits for the next look; for tests.
 */
export function settledSources(folder: string, look: Look = everyHalfSecond): SettledSources {
  let seen = new Map<string, Seen>();
  let reported = new Map<string, string>();
  /** Looks since an entry that was reported went away. */
  let missing = 0;
  let first = true;

  return {
    isSettled(entry) {
      const known = seen.get(entry.name);
      return known?.settled === true && known.print === printOf(entry);
    },
    async *changes(signal) {
      while (await look(signal)) {
        seen = await lookAgain(folder, seen);
        missing = [...reported.keys()].some((name) => !seen.has(name)) ? missing + 1 : 0;
        if (!isNews()) continue;
        first = false;
        reported = new Map([...seen].flatMap(([name, one]) => takeUp(name, one)));
        missing = 0;
        yield;
      }
    },
    again() {
      first = true;
      reported = new Map();
    },
  };

  function isNews(): boolean {
    const settled = [...seen].filter(([, one]) => one.settled);
    if (first && settled.length === seen.size) return true;
    return missing > QUIET_LOOKS || settled.some(([name, { print }]) => reported.get(name) !== print);
  }

  /** What is still changing is as it was reported before, if it was. */
  function takeUp(name: string, { print, settled }: Seen): [string, string][] {
    const last = settled ? print : reported.get(name);
    return last === undefined ? [] : [[name, last]];
  }
}

/** Resolves to whether there is to be another look. */
export type Look = (signal: AbortSignal) => Promise<boolean>;

const everyHalfSecond: Look = (signal) =>
  delay(LOOK, undefined, { signal }).then(
    () => true,
    () => false,
  );

async function lookAgain(folder: string, before: ReadonlyMap<string, Seen>): Promise<Map<string, Seen>> {
  const { entries } = await scanSources(folder);
  const now = entries.map((entry) => {
    const print = printOf(entry);
    const last = before.get(entry.name);
    const isSame = last?.print === print;
    return { entry, print, quiet: isSame ? last.quiet + 1 : 0, settled: isSame && last.settled };
  });
  const candidates = now.filter(({ quiet, settled }) => !settled && quiet >= QUIET_LOOKS);
  const written = await beingWritten(
    folder,
    candidates.map(({ entry }) => entry),
  );
  return new Map(
    now.map(({ entry: { name }, print, quiet, settled }) => [
      name,
      { print, quiet, settled: settled || (quiet >= QUIET_LOOKS && !written.has(name)) },
    ]),
  );
}

/** Names of the entries that somebody is writing to. */
async function beingWritten(folder: string, entries: readonly SourceEntry[]): Promise<Set<string>> {
  if (entries.length === 0) return new Set();
  const root = await realpath(folder).catch(() => folder);
  const owners = new Map(entries.flatMap(({ name, files }) => files.map(({ path }) => [join(root, ...path), name])));
  const open = await openForWriting(new Set(owners.keys()));
  return new Set([...open].flatMap((file) => owners.get(file) ?? []));
}

/** Changes with any name, size, time or replacement of any of its files. */
function printOf({ files }: SourceEntry): string {
  return JSON.stringify(files.map(({ path, version }) => [path, version]));
}
