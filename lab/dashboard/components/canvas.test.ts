import { expect, test } from "vitest";
import { createCanvas } from "./canvas.ts";

function painted() {
  const writes: string[] = [];
  return { canvas: createCanvas((text) => writes.push(text)), writes };
}

test("writes everything once and then only the rows that changed, and lets nothing wrap", () => {
  const { canvas, writes } = painted();
  canvas.paint(["one  ", "two"]);
  canvas.paint(["one  ", "three"]);
  canvas.paint(["one  ", "three"]);
  expect(writes).toEqual([
    "\u001b[?2026h\u001b[?7l\u001b[2J\u001b[1;1Hone\u001b[K\u001b[2;1Htwo\u001b[?7h\u001b[?2026l",
    "\u001b[?2026h\u001b[?7l\u001b[2;1Hthree\u001b[?7h\u001b[?2026l",
  ]);
});

test("rows that are no longer there are erased", () => {
  const { canvas, writes } = painted();
  canvas.paint(["one", "two"]);
  canvas.paint(["one"]);
  expect(writes[1]).toBe("\u001b[?2026h\u001b[?7l\u001b[2;1H\u001b[K\u001b[?7h\u001b[?2026l");
});

test("an invalid screen is cleared and written anew", () => {
  const { canvas, writes } = painted();
  canvas.paint(["one"]);
  canvas.invalidate();
  canvas.paint(["one"]);
  expect(writes[1]).toBe(writes[0]);
});
