import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { version } from "../version.ts";
import { profileJsonSchema, profileSchema } from "./schema.ts";

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

test("a link has a rate, a delay in seconds and a loss as a share, each optional", () => {
  const linkOf = (link: object) => profileSchema.parse({ leechers: [{ link }] }).leechers[0]?.link;
  expect(linkOf({ rate: "1MiB/s", delay: "50ms", loss: "2%" })).toEqual({ rate: 1024 ** 2, delay: 0.05, loss: 0.02 });
  expect(linkOf({ loss: 0.1 })).toEqual({ rate: null, delay: 0, loss: 0.1 });
});

test.each([
  [{ rate: "fast" }, /"fast" is no rate/],
  [{ rate: "10B/s" }, /from 1.00 KiB\/s to/],
  [{ rate: "1MiB/s", delay: "1h" }, /at most 10s/],
  [{ loss: "200%" }, /"200%" is no share .* like 2%/],
  [{ loss: "-1%" }, /"-1%" is no share/],
  [{ loss: "100%" }, /below 100%/],
  [{}, /needs a rate, a delay or a loss/],
  [{ rate: "1MiB/s", jitter: "1ms" }, /jitter/],
])("the link %j is refused with a reason", (link, reason) => {
  const { error } = profileSchema.safeParse({ leechers: [{ link }] });
  expect(error?.issues.map(({ message }) => message).join()).toMatch(reason);
});
