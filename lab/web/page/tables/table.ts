/** A column of a table: what is shown, and what it is sorted by. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the column means, for the tooltip of its head. */
  readonly help?: string;
  readonly text: (row: Row) => string;
  /** `null` sorts last either way. */
  readonly sort: (row: Row) => string | number | null;
  readonly numeric?: boolean;
  /** 0–1: how much of the cell is filled behind its text. */
  readonly share?: (row: Row) => number;
}

export interface TableOrder {
  readonly key: string;
  readonly descending: boolean;
}

/** Rows that have every word of `filter` in one of their cells, in order; equal ones stay as they were. */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { key, descending }: TableOrder,
  filter: string,
): Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    const text = columns
      .map((column) => column.text(row))
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const column = columns.find((one) => one.key === key);
  return column ? found.sort((a, b) => compare(column.sort(a), column.sort(b), descending)) : found;
}

/** What a click on a head makes of the order: numbers start with the largest. */
export function reorder<Row>(order: TableOrder, column: Column<Row>): TableOrder {
  if (order.key === column.key) return { key: order.key, descending: !order.descending };
  return { key: column.key, descending: column.numeric ?? false };
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  return descending ? -order : order;
}
