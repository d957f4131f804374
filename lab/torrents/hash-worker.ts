import { parentPort, workerData } from "node:worker_threads";
import { FileProblem, type HashJob, hashPieces } from "./piece-hasher.ts";

/** One hashing thread: ends when no piece is left, or posts the file that it gave up on. */
export type HashWorkerMessage = { readonly location: string; readonly reason: string };

try {
  for (const _ of hashPieces(workerData as HashJob));
} catch (error) {
  if (!(error instanceof FileProblem)) throw error;
  parentPort?.postMessage({ location: error.location, reason: error.message } satisfies HashWorkerMessage);
}
