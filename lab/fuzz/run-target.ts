import { Worker } from "node:worker_threads";
import { type Exploration, type ExploreOptions, explore } from "./explore.ts";
import { DEADLINE_MS, type Finding, type Target } from "./target.ts";
import type { WorkerTask } from "./worker.ts";

/** Megabytes of heap that the parsers of one thread may need at the most, with the libraries they are made of. */
const HEAP_MB = 512;
const LONGEST = 1 << 20;
/** The event loop of a thread that opens sockets or files may rest a little between inputs. */
const SILENCE_MS = 2 * DEADLINE_MS;

/** Explores a target for a while. An endless loop, or memory without end, is a finding like any other. */
export function runTarget(target: Target, options: Omit<ExploreOptions, "onInput">): Promise<Exploration> {
  return target.runs === "here" ? explore(target, options) : inWorker(target, options);
}

function inWorker(target: Target, { signal, ...options }: Omit<ExploreOptions, "onInput">): Promise<Exploration> {
  const progress = new Int32Array(new SharedArrayBuffer(12));
  const present = new Uint8Array(new SharedArrayBuffer(LONGEST));
  const workerData: WorkerTask = { target: target.name, ...options, progress, present };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const interrupt = () => (progress[2] = 1);
  signal?.addEventListener("abort", interrupt);
  return new Promise<Exploration>((resolve, reject) => {
    const found = (problem: string) => {
      clearInterval(watch);
      void worker.terminate();
      const input = present.slice(0, progress[1] ?? 0);
      const finding: Finding = { target: target.name, input, problem };
      resolve({ inputs: progress[0] ?? 0, outcomes: 0, finding });
    };
    let [last, since] = [0, performance.now()];
    const watch = setInterval(() => {
      const now = progress[0] ?? 0;
      if (now !== last) [last, since] = [now, performance.now()];
      else if (now > 0 && performance.now() - since > SILENCE_MS) found("it hangs");
    }, 250);
    worker.once("error", (error) => {
      if (!signal?.aborted) return found(error.stack ?? error.message);
      clearInterval(watch);
      reject(signal.reason);
    });
    worker.once("message", (result: Exploration) => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(result));
    });
  }).finally(() => signal?.removeEventListener("abort", interrupt));
}
