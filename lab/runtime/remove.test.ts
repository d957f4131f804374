import { expect, test } from "vitest";
import { removePath } from "./remove.ts";

test.runIf(process.platform === "linux")("what cannot be removed is the environment's fault, with its path", () => {
  expect(() => removePath("/proc/self/status")).toThrow(
    expect.objectContaining({ kind: "environment", message: expect.stringMatching(/^\/proc\/self\/status could not/) }),
  );
});
