import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Every line of either stream, as it comes. */
  readonly line?: (line: string) => void;
  /** Milliseconds after which the program is killed; none without it. */
  readonly timeout?: number;
}

/** How a program ended. */
export interface CommandResult {
  /** `null` when it could not be started or was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  /** The last lines of both streams in the order in which they came, for errors. */
  readonly tail: readonly string[];
  /** Why it could not be started: `ENOENT` when there is no such program. */
  readonly startError?: string;
}

const TAIL_LINES = 20;
/** How long an interrupted program may take to end by itself. */
const INTERRUPT_GRACE = 3000;

/**
 * Runs a program with these exact arguments: zx does the book-keeping, but no shell ever sees them. It gets a process
 * group of its own, so that the terminal's Ctrl-C reaches only us; an abort interrupts the whole group, kills it when it
 * lingers, and rejects with the signal's reason. Any other end is a result.
 */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  const { $, quote } = await import("zx/core");
  const tail: string[] = [];
  const promise = $({
    spawn: withoutShell(argv),
    quote,
    prefix: "",
    postfix: "",
    detached: true,
    nothrow: true,
    quiet: true,
    verbose: false,
    stdio: ["ignore", "pipe", "pipe"],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })`${argv}`;
  const closed = [promise.stdout, promise.stderr].map((stream) => eachLine(stream, record));
  const stop = interruptOnAbort(promise.child?.pid, options);
  try {
    const output = await promise;
    await Promise.all(closed);
    options.signal?.throwIfAborted();
    const startError = output.cause instanceof Error && "code" in output.cause ? String(output.cause.code) : undefined;
    return {
      exitCode: startError ? null : output.exitCode,
      stdout: output.stdout,
      tail,
      ...(startError && { startError }),
    };
  } finally {
    stop();
  }

  function record(line: string): void {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.line?.(line);
  }
}

/** zx always asks for a shell; this hands the program and its arguments to the system as they are. */
function withoutShell(argv: readonly string[]): typeof spawn {
  const [file = "", ...rest] = argv;
  const direct = (_command: string, _arguments: readonly string[], options: object) =>
    spawn(file, rest, { ...options, shell: false });
  return direct as typeof spawn;
}

async function eachLine(stream: Readable, line: (line: string) => void): Promise<void> {
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) line(text);
}

/** Sends SIGINT to the group on an abort or a time-out, and SIGKILL when that did not help. */
function interruptOnAbort(pid: number | undefined, { signal, timeout }: CommandOptions): () => void {
  if (pid === undefined) return () => {};
  let kill: NodeJS.Timeout | undefined;
  const interrupt = () => {
    signalGroup(pid, "SIGINT");
    kill ??= setTimeout(() => signalGroup(pid, "SIGKILL"), INTERRUPT_GRACE);
  };
  const late = timeout === undefined ? undefined : setTimeout(interrupt, timeout);
  signal?.addEventListener("abort", interrupt, { once: true });
  return () => {
    signal?.removeEventListener("abort", interrupt);
    clearTimeout(late);
    clearTimeout(kill);
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
