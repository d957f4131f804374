import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { nodeFlags, nodeVariables } from "./node-flags.ts";
import type { Program } from "./plan.ts";

const { services } = parse(readFileSync(join(import.meta.dirname, "../../compose.yaml"), "utf8"), { merge: true }) as {
  services: Record<string, { command: string[] }>;
};

/** The one that makes the torrents is no node: it ends when it is done. */
const nodes = Object.entries(services).filter(([name]) => name !== "torrents");

test.each(nodes)("compose.yaml alone starts %s with the flags that `lab up` gives it", (_, { command }) => {
  const program = /^\/lab\/(.+)\.mjs$/.exec(command.at(-1) ?? "")?.[1] as Program;
  // Compose cannot compute with its memory limits: there the size of the old generation is left to V8.
  const flags = nodeFlags({ program, memory: 0 }).filter((flag) => !flag.startsWith("--max-old-space-size"));
  expect(command.slice(1, -1)).toEqual(flags);
});

test("the image sets the variables that a process is started with", () => {
  const dockerfile = readFileSync(join(import.meta.dirname, "../../images/node/Dockerfile"), "utf8");
  const [, line = ""] = /^ENV (.*)$/m.exec(dockerfile) ?? [];
  expect(Object.fromEntries(line.split(" ").map((pair) => pair.split("=")))).toEqual(nodeVariables);
});
