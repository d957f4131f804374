import type { Pen, Size } from "./pen.ts";

/** A pen that writes SVG. */
export interface SvgPen extends Pen {
  toSvg(): string;
}

const anchors: Readonly<Record<CanvasTextAlign, string>> = {
  left: "start",
  start: "start",
  center: "middle",
  right: "end",
  end: "end",
};
/** How far the alphabetic baseline is below, in heights of the type. */
const drops: Readonly<Record<CanvasTextBaseline, number>> = {
  alphabetic: 0,
  ideographic: 0,
  bottom: -0.2,
  middle: 0.35,
  top: 0.8,
  hanging: 0.8,
};

export function svgPen({ width, height }: Size, background: string): SvgPen {
  const elements: string[] = [];
  let path = "";
  let dash: number[] = [];

  function start(x: number, y: number): void {
    path += `${path === "" ? "M" : "L"}${round(x)} ${round(y)}`;
  }
  function alpha(): string {
    return pen.globalAlpha === 1 ? "" : ` opacity="${round(pen.globalAlpha)}"`;
  }

  const pen: SvgPen = {
    fillStyle: "#000000",
    strokeStyle: "#000000",
    lineWidth: 1,
    globalAlpha: 1,
    font: "10px sans-serif",
    textAlign: "start",
    textBaseline: "alphabetic",
    lineCap: "butt",
    lineJoin: "miter",
    beginPath() {
      path = "";
    },
    moveTo(x, y) {
      path += `M${round(x)} ${round(y)}`;
    },
    lineTo: start,
    quadraticCurveTo(cx, cy, x, y) {
      path += `Q${round(cx)} ${round(cy)} ${round(x)} ${round(y)}`;
    },
    arc(x, y, radius, from, to, counterclockwise = false) {
      path += arcPath({ x, y, radius, from, to, counterclockwise }, path === "");
    },
    rect(x, y, w, h) {
      path += `M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}z`;
    },
    closePath() {
      path += "z";
    },
    fill() {
      elements.push(`<path d="${path}" fill="${escapeXml(pen.fillStyle)}"${alpha()}/>`);
    },
    stroke() {
      const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.map(round).join(" ")}"`;
      const ends = `stroke-linecap="${pen.lineCap}" stroke-linejoin="${pen.lineJoin}"`;
      const look = `stroke="${escapeXml(pen.strokeStyle)}" stroke-width="${round(pen.lineWidth)}" ${ends}${dashes}`;
      elements.push(`<path d="${path}" fill="none" ${look}${alpha()}/>`);
    },
    fillRect(x, y, w, h) {
      const box = `x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}"`;
      elements.push(`<rect ${box} fill="${escapeXml(pen.fillStyle)}"${alpha()}/>`);
    },
    fillText(text, x, y) {
      const { weight, size, family } = parseFont(pen.font);
      const at = `x="${round(x)}" y="${round(y + size * drops[pen.textBaseline])}" text-anchor="${anchors[pen.textAlign]}"`;
      const type = `font-family="${escapeXml(family)}" font-size="${round(size)}" font-weight="${weight}"`;
      elements.push(`<text ${at} ${type} fill="${escapeXml(pen.fillStyle)}"${alpha()}>${escapeXml(text)}</text>`);
    },
    setLineDash(segments) {
      dash = [...segments];
    },
    toSvg() {
      const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
      const ground = `<rect width="${width}" height="${height}" fill="${escapeXml(background)}"/>`;
      return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${ground}${elements.join("")}</svg>\n`;
    },
  };
  return pen;
}

interface Arc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly from: number;
  readonly to: number;
  readonly counterclockwise: boolean;
}

/** A whole circle is two halves: an SVG arc between equal points is nothing. */
function arcPath({ x, y, radius, from, to, counterclockwise }: Arc, first: boolean): string {
  const at = (angle: number) => `${round(x + radius * Math.cos(angle))} ${round(y + radius * Math.sin(angle))}`;
  const sweep = counterclockwise ? 0 : 1;
  const begin = `${first ? "M" : "L"}${at(from)}`;
  const r = round(radius);
  const turn = Math.abs(to - from);
  if (turn < 2 * Math.PI - 1e-6) return `${begin}A${r} ${r} 0 ${turn > Math.PI ? 1 : 0} ${sweep} ${at(to)}`;
  const half = from + (counterclockwise ? -Math.PI : Math.PI);
  return `${begin}A${r} ${r} 0 1 ${sweep} ${at(half)}A${r} ${r} 0 1 ${sweep} ${at(from)}`;
}

function parseFont(font: string): { weight: string; size: number; family: string } {
  const match = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(font);
  return { weight: match?.[1] ?? "400", size: Number(match?.[2] ?? 10), family: match?.[3] ?? "sans-serif" };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text for XML; what XML cannot carry at all becomes a replacement character. */
function escapeXml(text: unknown): string {
  return String(text)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[&<>"']/g, (special) => `&#${special.charCodeAt(0)};`);
}
