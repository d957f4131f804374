import { type Finding, type Limit, type Metric, PRODUCT } from "../benchmark.ts";

/** All rounds of one program in one metric: the median, and the quartiles as its spread. */
export interface ProgramSummary {
  readonly program: string;
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The product's median ÷ this one's; of anchors only. */
  readonly ratio: number | null;
}

export type Verdict = "aim" | "gate" | "missed" | "open";

export interface MetricSummary extends Metric {
  readonly programs: readonly ProgramSummary[];
  /** `aim` and `gate`: reached. `open`: nothing was asked, or nothing to judge was measured. */
  readonly verdict: Verdict;
}

export function summarise(metrics: readonly Metric[], findings: readonly Finding[]): MetricSummary[] {
  return metrics.map((metric) => {
    const programs = summarisePrograms(metric, findings);
    return { ...metric, programs, verdict: verdictOf(metric, programs) };
  });
}

function summarisePrograms({ name }: Metric, findings: readonly Finding[]): ProgramSummary[] {
  const values = new Map<string, number[]>();
  for (const finding of findings)
    if (finding.kind === "value" && finding.metric === name)
      values.set(finding.program, [...(values.get(finding.program) ?? []), finding.value]);
  const product = quantile(values.get(PRODUCT) ?? [], 0.5);
  return [...values].map(([program, all]) => {
    const median = quantile(all, 0.5);
    const ratio = program === PRODUCT || !Number.isFinite(product) || median === 0 ? null : product / median;
    return { program, values: all, median, low: quantile(all, 0.25), high: quantile(all, 0.75), ratio };
  });
}

/** Between two neighbours in proportion (Hyndman & Fan's type 7); `NaN` of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return Number.NaN;
  // Infinity less infinity is no number.
  return below === above ? below : below + (above - below) * (at - Math.floor(at));
}

function verdictOf(metric: Metric, programs: readonly ProgramSummary[]): Verdict {
  const judged = [metric.gate, metric.aim].map((limit) => limit && reaches(limit, metric, programs));
  const [gate, aim] = judged;
  if (gate === false) return "missed";
  if (gate === undefined) return "open";
  return aim === true ? "aim" : "gate";
}

/** `undefined` where it cannot be told: no round of the product counts, or the anchor is not here. */
function reaches(limit: Limit, { better }: Metric, programs: readonly ProgramSummary[]): boolean | undefined {
  const good = (measured: number, asked: number) => (better === "higher" ? measured >= asked : measured <= asked);
  const product = programs.find(({ program }) => program === PRODUCT);
  if (!product) return undefined;
  if (limit.kind === "ratio") {
    const ratio = programs.find(({ program }) => program === limit.anchor)?.ratio;
    return ratio == null ? undefined : good(ratio, limit.value);
  }
  if (!good(product.median, limit.value)) return false;
  if (!limit.ahead) return true;
  const anchors = programs.filter(({ program }) => program !== PRODUCT);
  if (anchors.length === 0) return undefined;
  return anchors.every(({ median }) => median !== product.median && good(product.median, median));
}
