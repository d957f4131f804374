import { type CSSProperties, type ReactNode, useState } from "react";
import { useFigure } from "../draw/figure.ts";
import type { Look } from "../look/look.ts";
import { drawTable, tableSize } from "./draw-table.ts";
import { arrange, type Column, reorder, type TableOrder } from "./table.ts";

interface TableProps<Row> {
  readonly name: string;
  readonly look: Look;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly chosen?: (row: Row) => boolean;
  readonly onChoose?: (row: Row) => void;
  /** A mark in front of the first cell. */
  readonly mark?: (row: Row) => string | undefined;
  readonly tools?: ReactNode;
}

const asGiven: TableOrder = { key: "", descending: false };

/** Sorts by a click on a head, filters by what is typed. */
export function Table<Row>({ rows, columns, rowKey, name, look, tools, ...rest }: TableProps<Row>) {
  const [order, setOrder] = useState(asGiven);
  const [filter, setFilter] = useState("");
  const shown = arrange(rows, columns, order, filter);
  useFigure(() => ({
    name,
    size: tableSize(columns, shown, look),
    draw: (pen) => drawTable(pen, columns, shown, look),
  }));
  return (
    <div className="table">
      <div className="tablebar">
        <input
          type="search"
          placeholder="Filter   /"
          aria-label={`Filter ${name}`}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span className="count">
          {shown.length === rows.length ? `${rows.length}` : `${shown.length} of ${rows.length}`}
        </span>
        {tools}
      </div>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  title={column.help}
                  className={column.numeric ? "number" : undefined}
                  aria-sort={order.key === column.key ? (order.descending ? "descending" : "ascending") : undefined}
                >
                  <button type="button" onClick={() => setOrder(reorder(order, column))}>
                    {column.title}
                    <span aria-hidden="true">{order.key === column.key ? (order.descending ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <TableRow key={rowKey(row)} row={row} columns={columns} {...rest} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="empty">Nothing here yet.</p>}
      </div>
    </div>
  );
}

type RowProps<Row> = Pick<TableProps<Row>, "columns" | "chosen" | "onChoose" | "mark"> & { readonly row: Row };

function TableRow<Row>({ row, columns, chosen, onChoose, mark }: RowProps<Row>) {
  const colour = mark?.(row);
  return (
    <tr aria-selected={chosen?.(row)} onClick={() => onChoose?.(row)} data-open={onChoose !== undefined}>
      {columns.map((column, index) => (
        <td key={column.key} className={classOf(column)} style={fillOf(column, row)}>
          {index === 0 && colour && <i className="swatch" style={{ background: colour }} />}
          {column.text(row)}
        </td>
      ))}
    </tr>
  );
}

function classOf<Row>({ numeric, share }: Column<Row>): string {
  return `${numeric ? "number" : ""} ${share ? "share" : ""}`.trim();
}

function fillOf<Row>({ share }: Column<Row>, row: Row): CSSProperties | undefined {
  return share && ({ "--share": `${share(row) * 100}%` } as CSSProperties);
}
