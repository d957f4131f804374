import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useSize } from "../draw/use-size.ts";
import type { Look } from "../look/look.ts";
import { type Chart, legendOf } from "./chart.ts";
import { dataOf, optionsOf } from "./uplot-options.ts";

/** One chart. It is made anew when its series or looks change, and only fed otherwise. */
export function Plot({ chart, look }: { chart: Chart; look: Look }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(chart);
  latest.current = chart;
  const size = useSize(box);
  const shape = `${chart.key} ${chart.series.map(({ label, colour }) => `${label}${colour}`).join("|")}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for all of the chart that makes a new plot.
  useEffect(() => {
    if (!box.current || size.width === 0) return;
    const made = new uPlot(
      optionsOf(() => latest.current, size, look),
      dataOf(latest.current),
      box.current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, look, size]);
  useEffect(() => plot.current?.setData(dataOf(chart)), [chart]);

  return (
    <figure className="chart">
      <figcaption>
        <h2>{chart.title}</h2>
        <ul className="legend">
          {legendOf(chart).map(({ label, colour, dashed }) => (
            <li key={label}>
              <i className={dashed ? "swatch dashed" : "swatch"} style={{ color: colour }} />
              {label}
            </li>
          ))}
        </ul>
      </figcaption>
      <div className="plot" ref={box} />
    </figure>
  );
}
