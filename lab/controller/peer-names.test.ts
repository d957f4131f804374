import { expect, test } from "vitest";
import { emptyModel } from "../swarm/model.ts";
import { peerNames } from "./peer-names.ts";

const id = (number: number) => number.toString(16).padStart(40, "0");

test("a node that comes back under ever new peer ids never makes the others forgotten", () => {
  const names = peerNames(emptyModel());
  names.add(id(1), "leecher-1");
  for (let number = 2; number < 10_100; number += 1) names.add(id(number), "leecher-2");
  expect(names.ownerOf(id(1))).toBe("leecher-1");
  expect(names.ownerOf(id(2))).toBeUndefined();
  expect(names.ownerOf(id(10_099))).toBe("leecher-2");
});
