import { vi } from "vitest";

/** Milliseconds in which a busy machine does what is promised within seconds, and what nothing is promised of. */
export const PATIENCE = 15_000;

/** Waits until nothing is thrown any more; by itself `vi.waitFor` gives up after a second. */
export function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: PATIENCE });
}
