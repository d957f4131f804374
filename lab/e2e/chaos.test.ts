import { describe, expect, test } from "vitest";
import { storm } from "../chaos/storm.ts";
import { testSeed } from "../test-seed.fixture.ts";
import { runtimesHere } from "./runtimes.ts";

const SECONDS = Number(process.env.LAB_CHAOS_SECONDS ?? 120);
const seed = testSeed("faults");

// Side by side: a lab under faults mostly waits, and each has its own folder, names and network.
describe.each(runtimesHere)("random faults in the %s runtime", { concurrent: true }, (runtime) => {
  test(
    "nothing that always holds is broken, everybody completes afterwards, and nothing is left",
    async () => {
      const log = (text: string) => console.log(`${runtime.padEnd(7)} ${text}`);
      const { violations, unseen } = await storm({ runtime, seconds: SECONDS, seed, log });
      expect({ violations, unseen }).toEqual({ violations: [], unseen: [] });
    },
    1000 * (SECONDS + 400),
  );
});
