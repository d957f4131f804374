import type { ChangeEvent } from "react";
import { printable } from "../../../units.ts";
import { useFigure } from "../draw/figure.ts";
import { peerParts } from "../state/peers.ts";
import { viewState } from "../state/view-state.ts";
import type { ViewProps } from "../view-props.ts";
import { chartsOf } from "./charts-of.ts";
import { drawChart } from "./draw-chart.ts";
import { Plot } from "./plot.tsx";

const SAVED = { width: 960, height: 300 };

/** Rates, copies and completion over time. */
export function RatesView({ data, torrent, state, look }: ViewProps) {
  const charts = chartsOf(data.picture, torrent, look, state.peer);
  useFigure(() => ({
    name: "rates",
    size: { width: SAVED.width * look.scale, height: SAVED.height * look.scale * charts.length },
    draw: (pen) => {
      const size = { width: SAVED.width * look.scale, height: SAVED.height * look.scale };
      for (const [index, chart] of charts.entries()) drawChart(pen, chart, size, index * size.height, look);
    },
  }));
  const choose = ({ currentTarget }: ChangeEvent<HTMLSelectElement>) => {
    viewState.change({ peer: currentTarget.value || null });
    // Keys are for the view again.
    currentTarget.blur();
  };
  return (
    <div className="rates">
      <label className="rates-peer">
        Rates of
        <select value={state.peer ?? ""} onChange={choose}>
          <option value="">the whole swarm</option>
          {peerParts(data.picture, torrent).map(({ node }) => (
            <option key={node.name} value={node.name}>
              {printable(node.name)}
            </option>
          ))}
        </select>
      </label>
      <div className="charts" data-count={charts.length}>
        {charts.map((chart) => (
          <Plot key={chart.key} chart={chart} look={look} />
        ))}
      </div>
    </div>
  );
}
