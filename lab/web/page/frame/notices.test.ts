import { expect, test } from "vitest";
import { type PlayedPicture, playPicture } from "../../testing/played-picture.ts";
import type { LabData } from "../state/lab-data.ts";
import { noticesOf } from "./notices.ts";

test("of two torrents the one that is stalled is named, whichever is shown", () => {
  const lab = playPicture(5, { torrents: 2 });
  expect(told(lab)).toEqual([]);
  lab.add("seeder-1", { type: "node", state: "stopped" }, 20);
  lab.add("controller", { type: "mark", text: "later" }, 60);
  expect(told(lab)).toEqual([expect.stringMatching(/^Stalled: nobody has pieces .* of debian-13.iso\.$/)]);
});

test("a degraded lab says which nodes failed", () => {
  const lab = playPicture(5);
  lab.add("leecher-1", { type: "node", state: "failed" });
  lab.add("leecher-3", { type: "node", state: "failed" });
  expect(told(lab)).toEqual(["Failed: leecher-1, leecher-3."]);
});

test("a cut is said for as long as it holds, with the side that is not all the others", () => {
  const lab = playPicture(5);
  const others = ["seeder-1", "leecher-1", "leecher-2", "leecher-4"];
  const cut = (sides: string[][]) =>
    lab.add("controller", { type: "command", command: "cut", detail: { sides }, ok: true });
  cut([["leecher-3"], others]);
  cut([["leecher-1"], ["leecher-2"]]);
  expect(told(lab)).toEqual(["cut: leecher-3 | others", "cut: leecher-1 | leecher-2"]);
  lab.add("controller", { type: "command", command: "heal", detail: {}, ok: true });
  expect(told(lab)).toEqual([]);
});

test("a lab that was taken down is not waited for", () => {
  const lab = playPicture(5);
  const lost = { stream: "lost", connected: true } as const;
  expect(told(lab, lost)).toEqual(["The web node does not answer. This picture stands still until it does."]);
  lab.add("controller", { type: "stopping" });
  expect(told(lab)).toEqual(["The lab is going down."]);
  expect(told(lab, lost)).toEqual(["The lab went down."]);
  expect(told(lab, { stream: "live", connected: false })).toEqual(["The lab went down."]);
});

function told(
  { picture }: PlayedPicture,
  state: Pick<LabData, "stream" | "connected"> = { stream: "live", connected: true },
): string[] {
  return noticesOf({ picture, grant: "viewer", ...state });
}
