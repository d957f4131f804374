/** One line of a chart. Values belong to the chart's times; `null` leaves a gap. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Limits and bounds: dashed, and not of the data. */
  readonly dashed?: boolean;
}

export interface ChartMoment {
  readonly time: number;
  readonly label: string;
  readonly colour: string;
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
  /** A line across at a value, and lines down at times, of which the first matter most. */
  readonly level?: { readonly value: number; readonly label: string };
  readonly moments?: readonly ChartMoment[];
  /** The smallest top of the scale. */
  readonly top?: number;
}

/** Names of so many series can be told apart; more have no legend. */
const MOST_NAMED = 12;

export function legendOf({ series }: Chart): readonly Series[] {
  return series.length <= MOST_NAMED ? series : [];
}

/** The first and the last second that is shown. */
export function spanOf({ times, moments = [] }: Chart): [first: number, last: number] {
  const first = times[0] ?? 0;
  return [first, Math.max(times.at(-1) ?? 1, first + 1, ...moments.map(({ time }) => time))];
}

/** Where a label at a line down stands, and on which side of the line; in pixels. */
export interface LabelPlace {
  readonly moment: ChartMoment;
  readonly x: number;
  readonly align: "left" | "right";
  /** Whether the label has room; of neighbours the first of the list has it. */
  readonly shown: boolean;
}

/** @param end of the plot. @param widthOf of a text. */
export function placeLabels(
  moments: readonly ChartMoment[],
  toX: (time: number) => number,
  end: number,
  widthOf: (text: string) => number,
): LabelPlace[] {
  const taken: { left: number; right: number }[] = [];
  return moments.map((moment) => {
    const x = toX(moment.time);
    const width = widthOf(moment.label) + 10;
    const right = x + width > end;
    const left = right ? x - width : x;
    const shown = taken.every((other) => left >= other.right || left + width <= other.left);
    if (shown) taken.push({ left, right: left + width });
    return { moment, x, align: right ? "right" : "left", shown };
  });
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
