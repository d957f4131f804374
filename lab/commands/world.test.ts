import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { name } from "../api/words.ts";
import { defaultLabName, shortPath, type World } from "./world.ts";

describe("the folder's name makes the lab's name", () => {
  test.each([
    ["/home/ann/torrent-lab", "torrent-lab"],
    ["/home/ann/My Lab (2)", "my-lab-2"],
    ["/home/ann/--x--", "x"],
    ["/home/ann/Größe", "gr-e"],
    ["/home/ann/日本", "lab"],
    ["/", "lab"],
    [`/${"a".repeat(60)}`, "a".repeat(40)],
    [`/${"a".repeat(39)} b`, "a".repeat(39)],
    ["/a.b/../c_d/", "c-d"],
  ])("%s: %s", (dir, made) => {
    expect(defaultLabName(dir)).toBe(made);
    expect(name.safeParse(made).success).toBe(true);
  });
});

test("paths are told from the current folder or from home", () => {
  const world = { dir: "/home/ann/lab", env: { HOME: "/home/ann" } } as unknown as World;
  expect(shortPath(world, "/home/ann/lab/.lab/demo")).toBe(".lab/demo");
  expect(shortPath(world, "/home/ann/other")).toBe("~/other");
  expect(shortPath(world, "/home/annabel")).toBe("/home/annabel");
});

test("from a folder that is gone a command goes on, with the folder's name", () => {
  const dir = mkdtempSync(join(tmpdir(), "lab-gone-"));
  const module = fileURLToPath(new URL("./world.ts", import.meta.url));
  const program = `import(${JSON.stringify(module)}).then(({ realWorld }) => console.log(realWorld().dir, process.cwd()))`;
  const { stdout, stderr } = spawnSync(
    "/bin/sh",
    ["-c", 'rmdir "$PWD"; exec "$0" -e "$1"', process.execPath, program],
    {
      cwd: dir,
      env: { PATH: process.env.PATH, PWD: dir },
      encoding: "utf8",
    },
  );
  expect(stdout, stderr).toBe(`${dir} /\n`);
});
