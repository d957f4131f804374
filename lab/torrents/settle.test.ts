import { appendFileSync, closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scanSources } from "./scan.ts";
import { settledSources } from "./settle.ts";
import { put, sourcesOf } from "./test-folder.ts";

/** Looks after which what stays the same counts as finished. */
const QUIET = 5;

/** A watch that looks when the test says so. */
async function watch(folder: string) {
  let go = Promise.withResolvers<boolean>();
  let asked = Promise.withResolvers<void>();
  const sources = settledSources(folder, () => {
    asked.resolve();
    return go.promise;
  });
  const changes = sources.changes(new AbortController().signal);
  onTestFinished(() => go.resolve(false));
  let news = changes.next();
  await asked.promise;

  return { again: sources.again, look, settled };

  /** Looks so many times; whether there was news. */
  async function look(times = QUIET): Promise<boolean> {
    let found = false;
    for (let i = 0; i < times; i += 1) found = (await lookOnce()) || found;
    return found;
  }

  async function lookOnce(): Promise<boolean> {
    const current = go;
    go = Promise.withResolvers();
    asked = Promise.withResolvers();
    current.resolve(true);
    const found = await Promise.race([news.then(() => true), asked.promise.then(() => false)]);
    if (!found) return false;
    news = changes.next();
    await asked.promise;
    return true;
  }

  async function settled(): Promise<string[]> {
    const { entries } = await scanSources(folder);
    return entries.filter(sources.isSettled).map(({ name }) => name);
  }
}

test("what is there counts once it has stayed the same, and is told once", async () => {
  const folder = sourcesOf({ "a.iso": 1000, "docs/b.txt": 10 });
  const watched = await watch(folder);
  expect(await watched.look(QUIET - 1)).toBe(false);
  expect(await watched.settled()).toEqual([]);
  expect(await watched.look(1)).toBe(true);
  expect(await watched.settled()).toEqual(["a.iso", "docs"]);
  expect(await watched.look(10)).toBe(false);
  watched.again();
  expect(await watched.look(1)).toBe(true);
});

test("T11: a plain copy is taken up when it has stopped growing and is closed, and holds nothing else up", async () => {
  const folder = sourcesOf({ "a.iso": 1000 });
  const watched = await watch(folder);
  await watched.look();
  const copy = openSync(join(folder, "b.iso"), "w");
  for (let i = 0; i < 3; i += 1) {
    appendFileSync(copy, "some more");
    expect(await watched.look(2)).toBe(false);
  }
  if (process.platform === "linux") {
    // It pauses for as long as it likes: whoever writes still has it open.
    expect(await watched.look(3 * QUIET)).toBe(false);
    put(folder, "c.iso", 10);
    expect(await watched.look()).toBe(true);
    expect(await watched.settled()).toEqual(["a.iso", "c.iso"]);
  }
  closeSync(copy);
  expect(await watched.look()).toBe(true);
  expect(await watched.settled()).toContain("b.iso");
});

test("T11: a file that rsync writes under a temporary name, or that is moved here, appears whole", async () => {
  const folder = sourcesOf({ "a.iso": 1000 });
  const watched = await watch(folder);
  await watched.look();
  writeFileSync(join(folder, ".b.iso.Xa12bc"), "half");
  expect(await watched.look(2 * QUIET)).toBe(false);
  renameSync(join(folder, ".b.iso.Xa12bc"), join(folder, "b.iso"));
  expect(await watched.look()).toBe(true);
  expect(await watched.settled()).toEqual(["a.iso", "b.iso"]);
});

test("an entry that changed since the last look is not settled any more", async () => {
  const folder = sourcesOf({ "a.iso": 1000 });
  const watched = await watch(folder);
  await watched.look();
  put(folder, "a.iso", 1001);
  expect(await watched.settled()).toEqual([]);
  expect(await watched.look()).toBe(true);
  expect(await watched.settled()).toEqual(["a.iso"]);
});

test("what went away is told after a while: it may be about to be replaced", async () => {
  const folder = sourcesOf({ "a.iso": 1000, b: 10 });
  const watched = await watch(folder);
  await watched.look();
  rmSync(join(folder, "b"));
  expect(await watched.look(2)).toBe(false);
  put(folder, "b", 20);
  expect(await watched.look()).toBe(true);
  rmSync(join(folder, "b"));
  expect(await watched.look()).toBe(true);
  expect(await watched.look(10)).toBe(false);
});
