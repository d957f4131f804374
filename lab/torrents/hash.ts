import { lstat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { messageOf } from "../errors.ts";
import type { HashWorkerMessage } from "./hash-worker.ts";
import { counter, FileProblem, type HashJob, hashPieces } from "./piece-hasher.ts";
import { type SourceFile, sameVersion, versionOf } from "./sources.ts";

export interface HashRequest {
  /** In the order of their bytes in the torrent. */
  readonly files: readonly Pick<SourceFile, "location" | "version">[];
  readonly pieceLength: number;
  /** Rejects with the signal's reason within two seconds. */
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes hashed so far, about ten times a second and at the end. */
  readonly progress?: ((done: number) => void) | undefined;
  /** Threads besides this one; 0 hashes in this one, yielding between pieces. Chosen by size and processors if absent. */
  readonly threads?: number;
}

/** `problem`: a file changed or could not be read meanwhile, so that there is no hash of anything that exists. */
export type HashResult =
  | { readonly ok: true; readonly pieces: Uint8Array }
  | { readonly ok: false; readonly location: string; readonly problem: string };

/** SHA-1 of every piece of files put one after the other (BEP 3). */
export async function hashFiles(request: HashRequest): Promise<HashResult> {
  const { files, signal } = request;
  signal?.throwIfAborted();
  const job = newJob(request);
  const threads = request.threads ?? defaultThreads(job);
  try {
    await withProgress(request, job, () =>
      threads === 0 ? hashHere(job, signal) : hashInThreads(job, threads, signal),
    );
    signal?.throwIfAborted();
    await requireUnchanged(files);
    return { ok: true, pieces: new Uint8Array(job.digests).slice() };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { ok: false, location: error.location, problem: error.message };
  }
}

/** Below this, starting threads costs more than they save. */
const WORTH_THREADS = 16 * 1024 * 1024;
const MAX_THREADS = 16;
const PROGRESS_INTERVAL = 100;
const FILES_AT_ONCE = 32;
/** How long an abort waits for threads to notice; one that hangs in a read is left behind. */
const STOP_DEADLINE = 1000;

/** Beside this file; bundles name it `.mjs`. */
const workerUrl = new URL(import.meta.url.endsWith(".ts") ? "./hash-worker.ts" : "./hash-worker.mjs", import.meta.url);

function newJob({ files, pieceLength }: HashRequest): HashJob {
  const length = files.reduce((sum, file) => sum + file.version.size, 0);
  return {
    files: files.map(({ location, version }) => ({ location, version })),
    pieceLength,
    length,
    counters: new SharedArrayBuffer(12),
    digests: new SharedArrayBuffer(20 * Math.ceil(length / pieceLength)),
  };
}

function defaultThreads(job: HashJob): number {
  if (job.length < WORTH_THREADS) return 0;
  return Math.min(availableParallelism(), Math.ceil(job.length / job.pieceLength), MAX_THREADS);
}

async function withProgress(request: HashRequest, job: HashJob, work: () => Promise<void>): Promise<void> {
  const { progress } = request;
  if (!progress) return work();
  const counters = new Int32Array(job.counters);
  const report = () => progress(Math.min(job.length, Atomics.load(counters, counter.done) * job.pieceLength));
  const timer = setInterval(report, PROGRESS_INTERVAL);
  try {
    await work();
    report();
  } finally {
    clearInterval(timer);
  }
}

async function hashHere(job: HashJob, signal: AbortSignal | undefined): Promise<void> {
  for (const _ of hashPieces(job)) {
    await nextTurn();
    signal?.throwIfAborted();
  }
}

async function hashInThreads(job: HashJob, threads: number, signal: AbortSignal | undefined): Promise<void> {
  const stop = () => Atomics.store(new Int32Array(job.counters), counter.stop, 1);
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    stop();
    aborted.reject(signal?.reason);
  };
  signal?.addEventListener("abort", abort, { once: true });
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl, { workerData: job, execArgv: [] }));
  const ends = workers.map(ended);
  // The first failure ends the others, too.
  for (const end of ends) end.catch(stop);
  try {
    await Promise.race([Promise.all(ends), aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", abort);
    await Promise.race([Promise.allSettled(ends), wait(STOP_DEADLINE, undefined, { ref: false })]);
    for (const worker of workers) worker.unref();
  }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", ({ location, reason }: HashWorkerMessage) => reject(new FileProblem(location, reason)));
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

/** Whether all files are still those that were hashed. @throws FileProblem */
async function requireUnchanged(files: HashRequest["files"]): Promise<void> {
  for (let i = 0; i < files.length; i += FILES_AT_ONCE)
    await Promise.all(files.slice(i, i + FILES_AT_ONCE).map(requireSame));
}

async function requireSame({ location, version }: HashRequest["files"][number]): Promise<void> {
  const stats = await lstat(location, { bigint: true }).catch((error) => {
    throw new FileProblem(location, messageOf(error));
  });
  if (!stats.isFile() || !sameVersion(versionOf(stats), version))
    throw new FileProblem(location, "changed while it was hashed");
}
