import { defineConfig } from "vitest/config";

/**
 * `unit` is quick and needs nothing but Node; `e2e` runs whole labs, one after the other, on the built programs, and parts
 * on real containers where an engine answers.
 */
export default defineConfig({
  test: {
    // Machines of CI are shared and stall for seconds: there a test has failed when it fails twice, and is named either way.
    retry: process.env.CI ? 1 : 0,
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
          name: "e2e",
          include: ["lab/e2e/**/*.test.ts", "lab/**/*.engine.test.ts"],
          fileParallelism: false,
          // Whole labs want the machine for themselves.
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
