import { expect, test } from "vitest";
import { playPicture } from "../testing/played-picture.ts";

test("peers keep their colours when one of them goes, and who comes next gets the one that is free", () => {
  const { picture, run, add } = playPicture(0);
  expect(picture.colours).toEqual({ "seeder-1": 0, "leecher-1": 1, "leecher-2": 2, "leecher-3": 3, "leecher-4": 4 });
  const left = run.nodes.filter(({ node }) => node !== "leecher-2");
  add("controller", { ...run, nodes: left });
  expect(picture.colours).toEqual({ "seeder-1": 0, "leecher-1": 1, "leecher-3": 3, "leecher-4": 4 });
  const guest = { ...run.nodes.at(-1), node: "guest-1" } as (typeof run.nodes)[number];
  add("controller", { ...run, nodes: [guest, ...left] });
  expect(picture.colours["guest-1"]).toBe(2);
  expect(picture.colours["leecher-4"]).toBe(4);
});
