import { printable } from "../../../units.ts";
import { useFigure } from "../draw/figure.ts";
import { peersOf } from "../state/peers.ts";
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
  return (
    <div className="rates">
      <label className="rates-peer">
        Rates of
        <select value={state.peer ?? ""} onChange={(event) => viewState.change({ peer: event.target.value || null })}>
          <option value="">the whole swarm</option>
          {peersOf(data.picture.swarm).map(({ name }) => (
            <option key={name} value={name}>
              {printable(name)}
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
