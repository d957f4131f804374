import { describe, expect, test } from "vitest";
import { churn } from "../soak/churn.ts";
import { crowd } from "../soak/crowd.ts";
import { upDown } from "../soak/up-down.ts";
import { runtimesHere } from "./runtimes.ts";

/** The short forms of `npm run soak`. */
describe.each(runtimesHere)("over and over in the %s runtime", (runtime) => {
  test("L24: labs that go up and down leave nothing behind", async () => {
    expect(await upDown(runtime, 3, console.log)).toEqual([]);
  });

  test("G02: where leechers come and go nobody grows, and status lists who is there", async () => {
    expect(await churn({ runtime, peers: 3, minutes: 0.5 }, console.log)).toEqual([]);
  });
});

test("G05: a crowd of processes completes", async () => {
  expect(await crowd({ runtime: "process", peers: 12 }, console.log)).toEqual([]);
});
