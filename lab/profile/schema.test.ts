import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { version } from "../version.ts";
import { profileJsonSchema } from "./schema.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));

test("profiles/schema.json is what `lab profiles schema` prints", () => {
  expect(read("profiles/schema.json")).toEqual(JSON.parse(JSON.stringify(profileJsonSchema())));
});

test("an editor knows every key, its type, and that no key is required", () => {
  const { properties, required = [], additionalProperties } = read("profiles/schema.json");
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(["tracker", "seeders", "leechers", "pieceLength", "web"]),
  );
  expect(properties.leechers.items.properties.strategy.enum).toEqual(["rarest", "sequential"]);
  expect([required, additionalProperties]).toEqual([[], false]);
});

test("the version is the package's", () => {
  expect(version).toBe(read("package.json").version);
});
