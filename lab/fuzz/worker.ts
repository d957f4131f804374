import { parentPort, workerData } from "node:worker_threads";
import { type Exploration, explore } from "./explore.ts";
import { targets } from "./targets.ts";

/** What the thread is told, and where it leaves word of what it is doing. */
export interface WorkerTask {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  readonly only?: readonly Uint8Array[];
  /** Inputs so far, the length of the present one, and 1 from when the thread shall clean up and end. */
  readonly progress: Int32Array<SharedArrayBuffer>;
  /** The present input. */
  readonly present: Uint8Array<SharedArrayBuffer>;
}

const { progress, present, ...task } = workerData as WorkerTask;
const target = targets.find(({ name }) => name === task.target);
if (!target) throw new Error(`no target ${task.target}`);
const result: Exploration = await explore(target, {
  ...task,
  onInput(input) {
    if (progress[2] === 1) throw new Error("interrupted");
    present.set(input.subarray(0, present.length));
    progress[1] = Math.min(input.length, present.length);
    progress[0] = (progress[0] ?? 0) + 1;
  },
});
parentPort?.postMessage(result);
