/** One line of a chart. Values belong to the chart's times; `null` leaves a gap. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Limits and bounds: dashed, and not of the data. */
  readonly dashed?: boolean;
}

export interface Chart {
  readonly key: string;
  readonly title: string;
  readonly unit: "rate" | "copies" | "share";
  /** Seconds since the run began. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** Whether areas lie on each other, the first at the bottom. */
  readonly stacked?: boolean;
  /** A line across at a value, and one down at a time. */
  readonly level?: { readonly value: number; readonly label: string };
  readonly moment?: { readonly time: number; readonly label: string };
  /** The smallest top of the scale. */
  readonly top?: number;
}

/** The series as they are drawn: of stacked ones each holds the sum of all up to it. */
export function drawnValues({ series, stacked }: Chart): (number | null)[][] {
  if (!stacked) return series.map(({ values }) => [...values]);
  const sums: number[] = [];
  return series.map(({ values, dashed }) => {
    if (dashed) return [...values];
    return values.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = sum;
      return sum;
    });
  });
}

/** The top of the scale: a little above all that is shown. */
export function topOf(chart: Chart): number {
  const values = drawnValues(chart).flat();
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), chart.level?.value ?? 0);
  return Math.max(most * 1.08, chart.top ?? 0, 1e-9);
}
