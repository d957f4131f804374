import { expect, test } from "vitest";
import { fitName, write } from "./pen.ts";
import { svgPen } from "./svg-pen.ts";

const size = { width: 100, height: 50 };

test("hostile text and colours stay inside their element", () => {
  const pen = svgPen(size, '"><script>');
  write(
    pen,
    '</text><script>alert("1")</script>\u0000\ud800',
    { x: 1, y: 2 },
    { size: 10, colour: '"/><x', font: "a" },
  );
  const svg = pen.toSvg();
  expect(svg.match(/<[a-z/]+/g)).toEqual(["<svg", "<rect", "<text", "</text", "</svg"]);
  expect(svg).toContain("\ufffd\ufffd");
});

test("a whole circle is drawn as two halves, an arc as one", () => {
  const pen = svgPen(size, "#fff");
  pen.beginPath();
  pen.arc(10, 10, 5, 0, 2 * Math.PI);
  pen.fill();
  pen.beginPath();
  pen.arc(10, 10, 5, 0, Math.PI / 2);
  pen.stroke();
  const [circle = "", arc = ""] = pen.toSvg().match(/ d="[^"]*"/g) ?? [];
  expect(circle.match(/A/g)).toHaveLength(2);
  expect(arc).toBe(' d="M15 10A5 5 0 0 1 10 15"');
});

test("a name that does not fit keeps what tells it apart", () => {
  expect([12, 4, 3, 2].map((most) => fitName("leecher-12", most))).toEqual(["leecher-12", "l12", "l12", "12"]);
  expect(fitName("helper", 4)).toBe("hel…");
});
