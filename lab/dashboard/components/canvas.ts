/** Rows of a terminal that are painted whole, in place. */
export interface Canvas {
  /** Writes the rows that differ from those on the screen, as one picture. */
  paint(rows: readonly string[]): void;
  /** The screen may hold anything: the next painting clears it and writes every row. */
  invalidate(): void;
  /** Puts the cursor at the beginning of a row, counted from 1: what is written next stands there. */
  leaveAt(row: number): void;
}

/**
 * Terminals that know it show nothing in between (synchronised output); others pass over it. Nothing wraps (DECAWM): a row
 * that a terminal takes for wider than we do is cut instead of pushing the others down.
 */
const BEGIN = "\u001b[?2026h\u001b[?7l";
const END = "\u001b[?7h\u001b[?2026l";
const CLEAR = "\u001b[2J";
const ERASE_REST = "\u001b[K";

/**
 * Paints on the screen that Ink owns. Ink lays out, measures and compares every cell of every frame, which takes a tenth
 * of a core for fifty peers; our rows are laid out already, and most of them are as they were.
 */
export function createCanvas(write: (text: string) => void): Canvas {
  let shown: readonly string[] | undefined;

  return {
    paint(rows) {
      const known = shown ?? [];
      let text = shown ? "" : CLEAR;
      for (let row = 0; row < Math.max(rows.length, known.length); row += 1) {
        if (rows[row] !== known[row]) text += `\u001b[${row + 1};1H${rowText(rows[row] ?? "")}`;
      }
      shown = rows;
      if (text !== "") write(`${BEGIN}${text}${END}`);
    },
    invalidate() {
      shown = undefined;
    },
    leaveAt(row) {
      write(`\u001b[${row};1H`);
    },
  };
}

/** Nothing may follow a row that reaches the edge: erasing there would take its last sign away. */
function rowText(row: string): string {
  const trimmed = row.trimEnd();
  return trimmed === row && row !== "" ? row : trimmed + ERASE_REST;
}
