import { type MouseEvent, useEffect, useRef } from "react";
import { penOf } from "../draw/canvas.ts";
import { useFigure } from "../draw/figure.ts";
import type { Pen } from "../draw/pen.ts";
import { useSize } from "../draw/use-size.ts";
import { peerColour } from "../look/peer-colours.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { type ChokeLanes, chokeLanesOf } from "./choke-lanes.ts";
import { drawMatrix, matrixLayout } from "./draw-exchange.ts";
import { drawChokeLanes } from "./draw-lanes.ts";
import { LaneLegend } from "./lane-legend.tsx";
import { type Exchange, exchangeOf } from "./matrix.ts";

/** Who gave whom, and below it when the chosen peer unchoked whom. */
export function ExchangeView({ data, torrent, state, look }: ViewProps) {
  const [top, bottom] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const [matrix, lanes] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  const [matrixSize, laneSize] = [useSize(top), useSize(bottom)];
  const { swarm } = data.picture;
  const exchange = exchangeOf(data.picture, torrent);
  const choked = lanesOf(exchange, state.peer, swarm.t);
  const drawTop = (pen: Pen) => drawMatrix(pen, exchange, matrixSize, look, state.peer);
  const drawBottom = (pen: Pen, offset = 0) => choked && drawChokeLanes(pen, choked, laneSize, offset, look);

  useEffect(() => {
    const [first, second] = [penOf(matrix.current, matrixSize), penOf(lanes.current, laneSize)];
    if (first) drawTop(first);
    if (second) drawBottom(second);
  });
  useFigure(() => ({
    name: "exchange",
    size: { width: matrixSize.width, height: matrixSize.height + laneSize.height },
    draw: (pen) => {
      drawTop(pen);
      drawBottom(pen, matrixSize.height);
    },
  }));

  const pick = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { top, cell } = matrixLayout(exchange, matrixSize, look.scale);
    const row = Math.floor((event.clientY - box.top - top) / cell.height);
    viewState.change({ peer: exchange.peers[row]?.node.name ?? null });
  };

  return (
    <div className="exchange">
      <div className="figure" ref={top}>
        <canvas
          ref={matrix}
          role="img"
          aria-label={`who gave whom among ${exchange.peers.length} peers`}
          onClick={pick}
        />
        {exchange.most === 0 && <p className="empty">Nobody has given anything yet.</p>}
      </div>
      <div className="figure" ref={bottom}>
        <canvas ref={lanes} role="img" aria-label={choked ? `unchokes of ${choked.owner}` : "no unchokes yet"} />
      </div>
      {choked && <LaneLegend colour={peerColour(choked.hue, look.theme)} look={look} />}
    </div>
  );
}

/** Of the chosen peer; else of the one that gave most. */
function lanesOf({ peers, given }: Exchange, chosen: string | null, now: number): ChokeLanes | undefined {
  const best = given.indexOf(given.reduce((most, sum) => Math.max(most, sum), 0));
  const owner = peers.find(({ node }) => node.name === chosen) ?? peers[best];
  return (
    owner &&
    chokeLanesOf(
      owner,
      peers.map(({ node }) => node.name),
      now,
    )
  );
}
