import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { thisMachine } from "./machine.ts";
import {
  isHere,
  listRegistry,
  type RegistryEntry,
  readRegistry,
  registryFolder,
  removeRegistry,
  writeRegistry,
} from "./registry.ts";

let state: string;
let folder: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "lab-registry-"));
  folder = registryFolder({ XDG_STATE_HOME: state });
});
afterEach(() => rmSync(state, { recursive: true }));

const entry = (lab: string): RegistryEntry => ({ lab, run: "r1", runtime: "process", dir: "/home/ann/lab", nodes: {} });

test("lies where the user's state lies", () => {
  expect(registryFolder({ XDG_STATE_HOME: "/s", HOME: "/home/ann" })).toBe("/s/torrent-lab");
  expect(registryFolder({ XDG_STATE_HOME: "", HOME: "/home/ann" })).toBe("/home/ann/.local/state/torrent-lab");
});

test("a folder that cannot be written is the environment's fault, and what was there stays", () => {
  const file = join(state, "file");
  writeFileSync(file, "");
  const fault = { kind: "environment", hint: expect.stringContaining("XDG_STATE_HOME") };
  expect(() => writeRegistry(join(file, "torrent-lab"), entry("demo"))).toThrow(expect.objectContaining(fault));
  mkdirSync(join(folder, "taken.json"), { recursive: true });
  expect(() => writeRegistry(folder, entry("taken"))).toThrow(/EISDIR/);
  expect(readdirSync(folder)).toEqual(["taken.json"]);
});

test("a folder that cannot be read is the environment's fault, with how to get another", () => {
  const file = join(state, "file");
  writeFileSync(file, "");
  const fault = { kind: "environment", hint: expect.stringContaining("XDG_STATE_HOME") };
  expect(() => listRegistry(join(file, "torrent-lab"))).toThrow(expect.objectContaining(fault));
});

test("an entry says on which machine the lab is; one that does not say counts as here", () => {
  writeRegistry(folder, entry("demo"));
  const written = readRegistry(folder, "demo");
  expect(written && isHere(written)).toBe(true);
  expect(isHere(entry("old"))).toBe(true);
  expect(isHere({ ...entry("demo"), machine: { id: thisMachine().id, host: "renamed" } })).toBe(true);
  expect(isHere({ ...entry("demo"), machine: { id: "another", host: "kiwi" } })).toBe(false);
});

test("X11: keeps what is written until it is removed, for its user only", () => {
  expect(readRegistry(folder, "demo")).toBeUndefined();
  expect(listRegistry(folder)).toEqual([]);
  writeRegistry(folder, entry("demo"));
  writeRegistry(folder, { ...entry("demo"), run: "r2" });
  writeRegistry(folder, entry("other"));
  expect(readRegistry(folder, "demo")).toEqual({ ...entry("demo"), run: "r2", machine: thisMachine() });
  expect(listRegistry(folder).map(({ lab }) => lab)).toEqual(["demo", "other"]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "demo.json")).mode & 0o777).toBe(0o600);

  removeRegistry(folder, "demo");
  removeRegistry(folder, "demo");
  expect(readdirSync(folder)).toEqual(["other.json"]);
});

test("takes damaged files and what is not its own for nothing", () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "cut.json"), '{"lab":"cut","run"');
  writeFileSync(join(folder, "old.json"), '{"lab":"old"}');
  writeFileSync(join(folder, "demo.lock"), "1 2");
  mkdirSync(join(folder, "folder.json"));
  expect(readRegistry(folder, "cut")).toBeUndefined();
  expect(listRegistry(folder)).toEqual([]);
});
