import { type MouseEvent, useEffect, useRef, useState } from "react";
import { serves } from "../../../swarm/live.ts";
import { hasPiece } from "../../../swarm/pieces.ts";
import { printable } from "../../../units.ts";
import { penOf } from "../draw/canvas.ts";
import { useFigure } from "../draw/figure.ts";
import { useSize } from "../draw/use-size.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { drawPieces } from "./draw-pieces.ts";
import { gridOf, type PieceGrid } from "./grid.ts";
import { cellAt, layoutOf, roomForColumns } from "./layout.ts";
import { RarityList } from "./rarity-list.tsx";

/** The heat map of peers and pieces, and how rare the pieces are. */
export function PiecesView({ data, torrent, state, look }: ViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const size = useSize(frame);
  const grid = gridOf(data.picture, torrent, roomForColumns(size, look.scale));
  const style = { peer: state.peer, piece: state.piece };
  useEffect(() => {
    const pen = penOf(canvas.current, size);
    if (pen) drawPieces(pen, grid, size, look, style);
  });
  useFigure(() => ({ name: "pieces", size, draw: (pen) => drawPieces(pen, grid, size, look, style) }));

  const find = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = cellAt(layoutOf(grid, size, look.scale), { x: event.clientX - box.left, y: event.clientY - box.top });
    return { piece: cell && grid.columns[cell.column]?.first, peer: cell && grid.rows[cell.row]?.node.name };
  };
  const pick = (event: MouseEvent<HTMLElement>) => {
    const { piece, peer } = find(event);
    viewState.change({ piece: piece === state.piece ? null : (piece ?? null), peer: peer ?? state.peer });
  };

  return (
    <div className="pieces">
      <div className="figure" ref={frame}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${grid.rows.length} peers by ${torrent.info.pieceCount} pieces; the rarest has ${grid.rarest} holders`}
          onClick={pick}
          onMouseMove={(event) => setPointed(find(event).piece ?? null)}
          onMouseLeave={() => setPointed(null)}
        />
      </div>
      <footer className="caption">
        <RarityList rarity={grid.rarity} />
        <p>{captionOf(grid, pointed ?? state.piece)}</p>
      </footer>
    </div>
  );
}

/** Names those that the bar above the piece counts. */
function captionOf({ rows }: PieceGrid, piece: number | null): string {
  if (piece === null) return "Point at a piece to see who has it; click to follow it through the swarm.";
  const holders = rows
    .filter(({ node, part }) => hasPiece(part.pieces, piece) && serves({ node, torrent: part }))
    .map(({ node }) => printable(node.name));
  return `Piece ${piece}: ${holders.length === 0 ? "nobody" : holders.join(", ")}`;
}
