import { existsSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { JournalLine } from "../api/journal.ts";
import { readJournal } from "../controller/journal-lines.ts";
import { LabError } from "../errors.ts";
import { labFolder } from "../runtime/folder.ts";
import { printable } from "../units.ts";
import { labNameOf } from "./lab-name.ts";
import type { World } from "./world.ts";

/** A run whose journal is kept in this folder, also after `down`. */
export interface RecordedRun {
  readonly run: string;
  readonly journal: string;
}

/** The runs of a lab of this folder, the oldest first: a run's name begins with the time. */
export function recordedRuns(world: World, asked: string | undefined): RecordedRun[] {
  const { runs } = labFolder(world.dir, labNameOf(world, asked));
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .sort()
    .map((run) => ({ run, journal: join(runs, run, "journal.jsonl") }))
    .filter(({ journal }) => existsSync(journal));
}

/** The run of that name or of one that begins so; the newest without one. @throws LabError failed where there is none. */
export function recordedRun(world: World, asked: string | undefined, name: string | undefined): RecordedRun {
  const runs = recordedRuns(world, name);
  const found = runs.filter(({ run }) => run.startsWith(asked ?? ""));
  const one = asked === undefined || found.length === 1 ? found.at(-1) : runs.find(({ run }) => run === asked);
  if (one) return one;
  if (runs.length === 0)
    throw new LabError("failed", `this folder keeps no run of the lab "${labNameOf(world, name)}"`, {
      hint: "`lab up` makes one; --name names another lab of this folder.",
    });
  const many = found.length > 1 ? `${found.length} runs begin with` : "no run is called";
  throw new LabError("usage", `${many} "${printable(asked ?? "")}"`, { hint: "`lab runs` lists them." });
}

/** What happened until the lab was taken down, or until now: how its nodes ended is no part of the swarm's story. */
export async function* linesOf({ journal }: RecordedRun): AsyncGenerator<JournalLine[]> {
  await using handle = await open(journal, "r");
  for await (const { lines } of readJournal(handle)) {
    const end = lines.findIndex(({ line }) => line.type === "stopping");
    yield (end < 0 ? lines : lines.slice(0, end)).map(({ line }) => line);
    if (end >= 0) return;
  }
}
