import { defineConfig } from "vitest/config";

/**
 * Labs that mostly wait, for swarms with limits or for time to pass, and look at nothing but what is their own: two of
 * them do not disturb each other.
 */
const patient = ["cast", "containers", "live", "soak", "swarm", "truth"].map((name) => `lab/e2e/${name}.test.ts`);

const labPatience = { testTimeout: 180_000, hookTimeout: 120_000 };

/**
 * `unit` is quick and needs nothing but Node. The others run whole labs on the built programs, and parts on real
 * containers where an engine answers: `pairs` two files at a time, `e2e` one after the other.
 */
export default defineConfig({
  test: {
    // Machines of CI are shared and stall for seconds: there a test has failed when it fails twice, and is named either way.
    retry: process.env.CI ? 1 : 0,
    // By itself a second.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["lab/**/*.test.{ts,tsx}", "bench/**/*.test.ts"],
          exclude: ["lab/e2e/**", "lab/**/*.engine.test.ts"],
          sequence: { groupOrder: 0 },
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "pairs",
          include: patient,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...labPatience,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["lab/e2e/**/*.test.ts", "lab/**/*.engine.test.ts"],
          exclude: patient,
          // These want the machine for themselves.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...labPatience,
        },
      },
    ],
  },
});
