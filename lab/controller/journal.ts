import type { JournalBody, JournalLine } from "../api/journal.ts";
import { apply, emptyModel, type SwarmModel } from "../swarm/model.ts";
import { type JournalFile, openJournalFile } from "./journal-file.ts";
import type { ReadLine, StoredLine } from "./journal-lines.ts";
import { type RecentLines, recentLines } from "./recent.ts";

/** The one place where something becomes true: a line is written down, taken into the model and told to the viewers. */
export interface Journal {
  readonly run: string;
  /** Always as of the last line. */
  readonly model: SwarmModel;
  readonly recent: RecentLines;
  readonly file: Pick<JournalFile, "readAfter" | "flush">;
  /** What was found on disk: lines of an earlier process of this controller, and bytes of a torn last one. */
  readonly resumed: { readonly lines: number; readonly torn: number };
  /** @param node who reports; `controller` for the controller's own. */
  record(node: string, body: JournalBody): void;
  /** Seconds since the run began; never goes back, also over a restart. */
  now(): number;
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly path: string;
  readonly run: string;
  /** Told every new line, already encoded. */
  onLine(line: StoredLine): void;
}

/** The name under which the controller itself reports. */
export const CONTROLLER = "controller";

export async function openJournal({ path, run, onLine }: JournalOptions): Promise<Journal> {
  const model = emptyModel();
  const recent = recentLines();
  const { file, torn } = await openJournalFile(path, { onLine: restore, onProblem });
  const resumed = { lines: model.seq, torn };
  const now = runClock(model);
  return { run, model, recent, file, resumed, record, now, close: () => file.close() };

  function restore({ line, ...stored }: ReadLine): void {
    apply(model, line);
    recent.push(stored);
  }

  function record(node: string, body: JournalBody): void {
    const line = { v: 1, run, seq: model.seq + 1, t: Math.max(model.t, now()), node, ...body } as JournalLine;
    apply(model, line);
    const stored = { seq: line.seq, json: JSON.stringify(line) };
    recent.push(stored);
    file.append(stored);
    onLine(stored);
  }

  /** A full disk must not end the lab, but it must be seen. */
  function onProblem(problem: string | null): void {
    if (problem !== null) console.error(problem);
    record(CONTROLLER, { type: "node", state: "running", ...(problem === null ? {} : { error: problem }) });
  }
}

/** Monotonic; goes on from the wall clock after a restart, for the time between counts too. */
function runClock(model: SwarmModel): () => number {
  const startedAt = Date.parse(model.run?.startedAt ?? "");
  const away = Number.isNaN(startedAt) ? 0 : (Date.now() - startedAt) / 1000;
  const base = Math.max(model.t, away) - performance.now() / 1000;
  return () => Math.round((base + performance.now() / 1000) * 1000) / 1000;
}
