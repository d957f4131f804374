import { expect, test } from "vitest";
import { goesOnText, typed } from "./lab-name.ts";

const world = { dir: "/home/ann/films" };

test("a hint names the lab where its name is not the folder's", () => {
  expect(typed(world, "films", "watch")).toBe("lab watch");
  expect(typed(world, "demo", "watch")).toBe("lab watch --name demo");
  expect(goesOnText(world, "demo")).toBe(
    'the lab "demo" goes on: lab watch --name demo comes back to it, lab down --name demo removes it',
  );
});
