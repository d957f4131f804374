import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { spawn } from "@lydell/node-pty";
import type { IBufferCell } from "@xterm/headless";
import xterm from "@xterm/headless";

/**
 * Runs a program in a terminal of its own, presses keys, and writes what it shows as an SVG picture:
 *
 *     node bench/picture.ts --size 120x34 --after 25 --keys 2 --out docs/dashboard.svg -- npx lab watch
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "120x34" },
    /** Seconds before the keys. */
    after: { type: "string", default: "3" },
    keys: { type: "string", default: "" },
    /** Seconds between the last key and the picture. */
    settle: { type: "string", default: "1" },
    out: { type: "string" },
    title: { type: "string", default: "lab watch" },
  },
});

const INK = "#d7dce5";
const PAPER = "#1b1e24";
const sixteen = ["#3b414d", "#e0645c", "#7fc46b", "#d9ad4a", "#5d8fe0", "#c58be0", "#56c0cf", INK];

const [columns = 120, rows = 34] = values.size.split("x").map(Number);
const [program = "", ...args] = positionals;
const { CI: _, ...env } = process.env;
const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
const child = spawn(program, args, { cols: columns, rows, env: { ...env, TERM: "xterm-256color", LANG: "C.UTF-8" } });
child.onData((data) => terminal.write(data));
const ended = new Promise<void>((resolve) => child.onExit(() => resolve()));

await delay(Number(values.after) * 1000);
for (const key of values.keys) {
  child.write(key);
  await delay(200);
}
await delay(Number(values.settle) * 1000);
const svg = picture();
if (values.out) writeFileSync(values.out, svg);
else process.stdout.write(svg);
child.write("q");
await Promise.race([ended, delay(3000)]);
child.kill();
process.exit(0);

function picture(): string {
  const cell = { width: 8.4, height: 17 };
  const width = columns * cell.width + 24;
  const height = rows * cell.height + 52;
  const lines = Array.from({ length: rows }, (_, row) => rowSvg(row, cell));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>The dashboard of lab before a running swarm</title>
<rect width="100%" height="100%" rx="8" fill="#1b1e24"/>
<circle cx="18" cy="18" r="6" fill="#e0645c"/><circle cx="38" cy="18" r="6" fill="#e2b44c"/><circle cx="58" cy="18" r="6" fill="#6ab866"/>
<text x="50%" y="23" fill="#9aa2b1" text-anchor="middle">${escaped(values.title)}</text>
<g transform="translate(12 36)">
${lines.join("\n")}
</g>
</svg>
`;
}

interface Run {
  text: string;
  start: number;
  look: string;
  background: string | undefined;
}

/** A row as runs of cells that look alike; `textLength` keeps every cell in its column whatever the font. */
function rowSvg(row: number, { width, height }: { width: number; height: number }): string {
  return runsOf(row)
    .map(({ text, start, look, background }) => {
      const x = (start * width).toFixed(1);
      const length = (text.length * width).toFixed(1);
      const box = background
        ? `<rect x="${x}" y="${row * height}" width="${length}" height="${height}" fill="${background}"/>`
        : "";
      if (text.trim() === "") return box;
      return `${box}<text x="${x}" y="${row * height + 13}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${look}>${escaped(text)}</text>`;
    })
    .join("");
}

function runsOf(row: number): Run[] {
  const runs: Run[] = [];
  const line = terminal.buffer.active.getLine(row);
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const { look, background } = lookOf(cell);
    const open = runs.at(-1);
    if (open && open.look === look && open.background === background) open.text += cell.getChars() || " ";
    else runs.push({ text: cell.getChars() || " ", start: column, look, background });
  }
  return runs;
}

function lookOf(cell: IBufferCell): { look: string; background: string | undefined } {
  const ink = cell.isFgDefault() ? INK : colour(cell.getFgColor());
  const inverse = cell.isInverse() !== 0;
  const background = inverse ? ink : undefined;
  const bold = cell.isBold() ? ' font-weight="bold"' : "";
  const dim = cell.isDim() ? ' opacity="0.6"' : "";
  return { look: `fill="${inverse ? PAPER : ink}"${bold}${dim}`, background };
}

/** Of the 256 colours. */
function colour(index: number): string {
  if (index < 16) return sixteen[index % 8] ?? INK;
  if (index >= 232) return grey(8 + (index - 232) * 10);
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const rest = index - 16;
  const parts = [Math.floor(rest / 36), Math.floor(rest / 6) % 6, rest % 6].map(level);
  return `rgb(${parts.join(",")})`;
}

function grey(level: number): string {
  return `rgb(${level},${level},${level})`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00a0");
}
