import stringWidth from "string-width";

/** Rows under a heading, in columns two spaces apart; numbers' columns are named in `right`. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], right: readonly string[] = []) {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ""))));
  return all.map((row) =>
    heading
      .map((name, column) => {
        const cell = row[column] ?? "";
        const pad = " ".repeat((widths[column] ?? 0) - stringWidth(cell));
        return right.includes(name) ? pad + cell : cell + pad;
      })
      .join("  ")
      .trimEnd(),
  );
}
