import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { hasCode, messageOf } from "../errors.ts";
import { type SourceFile, sameVersion, versionOf } from "./sources.ts";

/** What threads that hash one torrent share. Plain data and shared memory, so that it can be sent to a worker. */
export interface HashJob {
  readonly files: readonly Pick<SourceFile, "location" | "version">[];
  readonly pieceLength: number;
  /** Bytes of all files together. */
  readonly length: number;
  /** 32-bit counters: see `counter`. */
  readonly counters: SharedArrayBuffer;
  /** SHA-1 of each piece, 20 bytes each. */
  readonly digests: SharedArrayBuffer;
}

/** Where each counter is: the next piece that nobody took, pieces done, and not 0 once everybody should stop. */
export const counter = { next: 0, done: 1, stop: 2 } as const;

/** Why a thread gave up: a file is not what it was when it was found, or reading it failed. */
export class FileProblem extends Error {
  readonly location: string;

  constructor(location: string, message: string) {
    super(message);
    this.location = location;
  }
}

/** Hashes pieces that no other thread took, one a step, until none is left. @throws FileProblem */
export function* hashPieces(job: HashJob): Generator<void> {
  const counters = new Int32Array(job.counters);
  const digests = new Uint8Array(job.digests);
  const count = digests.length / DIGEST;
  const reading: Reading = {
    job,
    counters,
    starts: startsOf(job),
    open: new Map(),
    buffer: Buffer.allocUnsafeSlow(CHUNK),
  };
  try {
    for (;;) {
      const piece = Atomics.add(counters, counter.next, 1);
      if (piece >= count || stopped(reading)) return;
      const digest = hashPiece(reading, piece);
      if (!digest) return;
      digests.set(digest, piece * DIGEST);
      Atomics.add(counters, counter.done, 1);
      yield;
    }
  } finally {
    for (const descriptor of reading.open.values()) closeSync(descriptor);
  }
}

const DIGEST = 20;
/** Small enough to stay in the processor's cache between reading and hashing, large enough to make few calls. */
const CHUNK = 1024 * 1024;
const CHANGED = "changed since it was found";
/** Files a thread keeps open. */
const MAX_OPEN = 8;

interface Reading {
  readonly job: HashJob;
  readonly counters: Int32Array;
  /** Where each file begins in the torrent. */
  readonly starts: Float64Array;
  /** Descriptors by file, the one opened last at the end. */
  readonly open: Map<number, number>;
  readonly buffer: Buffer;
}

function startsOf(job: HashJob): Float64Array {
  const starts = new Float64Array(job.files.length);
  let start = 0;
  for (const [index, file] of job.files.entries()) {
    starts[index] = start;
    start += file.version.size;
  }
  return starts;
}

function stopped(reading: Reading): boolean {
  return Atomics.load(reading.counters, counter.stop) !== 0;
}

/** The piece's digest; `undefined` when told to stop. */
function hashPiece(reading: Reading, piece: number): Buffer | undefined {
  const { job, starts } = reading;
  const hash = createHash("sha1");
  let at = piece * job.pieceLength;
  const end = Math.min(at + job.pieceLength, job.length);
  for (let index = fileAt(starts, at); at < end; index += 1) {
    const start = starts[index] as number;
    const fileEnd = Math.min(end, starts[index + 1] ?? job.length);
    while (at < fileEnd) {
      if (stopped(reading)) return undefined;
      const chunk = readChunk(reading, index, at - start, Math.min(CHUNK, fileEnd - at));
      hash.update(chunk);
      at += chunk.length;
    }
  }
  return hash.digest();
}

/** The last file that begins at `position` or before it. */
function fileAt(starts: Float64Array, position: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= position) low = middle;
    else high = middle;
  }
  return low;
}

function readChunk(reading: Reading, index: number, position: number, length: number): Buffer {
  const file = reading.job.files[index] as HashJob["files"][number];
  try {
    const descriptor = reading.open.get(index) ?? openFile(reading, index);
    const bytes = readSync(descriptor, reading.buffer, 0, length, position);
    if (bytes === 0) throw new FileProblem(file.location, "became shorter while it was read");
    return reading.buffer.subarray(0, bytes);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    const replaced = hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "EISDIR");
    throw new FileProblem(file.location, replaced ? CHANGED : messageOf(error));
  }
}

/** Whatever the name leads to now, opening it neither blocks nor follows a link. */
function openFile(reading: Reading, index: number): number {
  const { location, version } = reading.job.files[index] as HashJob["files"][number];
  for (const [oldest, descriptor] of reading.open) {
    if (reading.open.size < MAX_OPEN) break;
    closeSync(descriptor);
    reading.open.delete(oldest);
  }
  const descriptor = openSync(location, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  reading.open.set(index, descriptor);
  const stats = fstatSync(descriptor, { bigint: true });
  if (!stats.isFile() || !sameVersion(versionOf(stats), version)) throw new FileProblem(location, CHANGED);
  return descriptor;
}
