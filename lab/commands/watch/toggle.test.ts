import { once } from "node:events";
import { expect, test } from "vitest";
import { watchToggle } from "./toggle.ts";

test("a watch that gives up says why in the journal, and the next press begins another one", async () => {
  const marked = Promise.withResolvers<string>();
  async function* breaking() {
    yield;
    throw new Error("the disk is gone");
  }
  const toggle = watchToggle(breaking, async (text) => marked.resolve(text));
  expect(await toggle()).toContain("watching sources/");
  expect(await marked.promise).toBe("sources/ is not watched any more: the disk is gone");
  expect(await toggle()).toContain("watching sources/");
});

test("the second press ends the watch", async () => {
  const ended = Promise.withResolvers<void>();
  async function* patient(stop: AbortSignal) {
    await once(stop, "abort");
    ended.resolve();
    yield;
  }
  const toggle = watchToggle(patient, async () => {});
  await toggle();
  expect(await toggle()).toBe("sources/ is not watched any more");
  await ended.promise;
});
