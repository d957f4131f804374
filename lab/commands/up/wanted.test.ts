import { expect, test } from "vitest";
import type { UpFlags } from "../up.ts";
import type { World } from "../world.ts";
import { readWanted } from "./wanted.ts";

test("a timeout without anything to wait for is refused, and not passed over in silence", () => {
  const world = { dir: "/home/ann/films", root: "/nowhere" } as World;
  const flags = { profile: [], scale: {}, wait: false, timeout: 30 } as unknown as UpFlags;
  expect(() => readWanted(world, flags)).toThrow(
    expect.objectContaining({ kind: "usage", hint: expect.stringContaining("--until") }),
  );
});
