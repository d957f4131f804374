import { expect, test } from "vitest";
import { clip, fitLine, lineWidth, pad, paint, select, spread, widthOf } from "./line.ts";
import { themes } from "./tones.ts";

test("counts the columns of wide and joined characters as a terminal does", () => {
  expect(widthOf("abc")).toBe(3);
  expect(widthOf("█▓▒░·∞")).toBe(6);
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("e\u0301")).toBe(1);
});

test("cuts with an ellipsis and never through a wide character", () => {
  expect(clip("leecher-12", 6)).toBe("leech…");
  expect(clip("日本語", 4)).toBe("日…");
  expect(clip("日本語", 6)).toBe("日本語");
  expect(clip("abc", 0)).toBe("");
});

test("pads to exactly the width, on either side", () => {
  expect(pad("ab", 4)).toBe("ab  ");
  expect(pad("ab", 4, "right")).toBe("  ab");
  expect(widthOf(pad("日本語", 5))).toBe(5);
});

test("a line takes exactly the width that it is given", () => {
  for (const width of [0, 1, 5, 9, 30]) {
    const line = fitLine(
      [
        ["seeder ", "title"],
        ["日本語", "text"],
        [" x", "quiet"],
      ],
      width,
    );
    expect(lineWidth(line)).toBe(width);
  }
  expect(lineWidth(spread([["a long left side", "text"]], [["right", "text"]], 12))).toBe(12);
  expect(
    spread([["left", "text"]], [["right", "text"]], 12)
      .map(([text]) => text)
      .join(""),
  ).toBe("left   right");
});

test("paints by meaning, joins equal looks and ends every colour", () => {
  expect(
    paint(
      [
        ["a", "text"],
        ["b", "seeder"],
        ["c", "good"],
        ["d", "quiet"],
      ],
      themes.default,
    ),
  ).toBe("a\u001b[32mbc\u001b[0m\u001b[2md\u001b[0m");
  expect(
    paint(
      [
        ["", "bad"],
        ["x", "text"],
      ],
      themes.default,
    ),
  ).toBe("x");
});

test("a selection turns over and stays readable: it drops the dimness", () => {
  expect(paint(select([["x", "quiet"]]), themes.default)).toBe("\u001b[7mx\u001b[0m");
});

test("no text of the 16 colours is yellow, dark blue or white, which light or dark backgrounds swallow", () => {
  for (const [tone, codes] of Object.entries(themes.default))
    for (const code of [33, 34, 37, 93, 97]) expect(codes, tone).not.toContain(code);
});

test("no theme but colours differ in mono: it uses only bold, underline and inverse", () => {
  for (const codes of Object.values(themes.mono)) for (const code of codes) expect([1, 4, 7]).toContain(code);
});
