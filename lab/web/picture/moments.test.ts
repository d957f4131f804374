import { expect, test } from "vitest";
import { playPicture } from "../testing/played-picture.ts";

test("marks, settings that were changed, and nodes that stopped or failed are moments", () => {
  const { picture, add } = playPicture(0);
  const settings = { up: 512_000, down: null, slots: 2, endgame: false };
  add("controller", { type: "mark", text: "now" });
  add("controller", { type: "command", command: "set", detail: { target: "leecher", settings }, ok: true });
  add("controller", { type: "command", command: "set", detail: { target: "ghost", settings }, ok: false });
  add("tracker", { type: "node", state: "stopped" });
  add("leecher-1", { type: "node", state: "failed", error: "no memory" }, 50);
  add("leecher-1", { type: "node", state: "failed", error: "no memory" }, 51);
  expect(picture.moments.map(({ text }) => text)).toEqual([
    "now",
    "leecher: up 500.0 KiB/s, down ∞, slots 2, endgame off",
    "tracker stopped",
    "leecher-1 failed",
  ]);
  expect(picture.moments.at(-1)?.t).toBe(50);
});

test("the end of the lab is no moment of its swarm, and a lab that is marked for days keeps the newest", () => {
  const { picture, add } = playPicture(0);
  for (let i = 0; i < 500; i += 1) add("controller", { type: "mark", text: `${i}` });
  expect(picture.moments.length).toBeLessThan(100);
  expect(picture.moments.at(-1)?.text).toBe("499");
  add("controller", { type: "stopping" });
  add("leecher-1", { type: "node", state: "stopped" });
  expect(picture.moments.at(-1)?.text).toBe("499");
});
