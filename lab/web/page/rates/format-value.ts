import { formatRate } from "../../../units.ts";
import type { Chart } from "./chart.ts";

export function formatValue(value: number, unit: Chart["unit"]): string {
  if (unit === "rate") return value === 0 ? "0" : formatRate(value);
  if (unit === "share") return `${Math.round(value * 100)} %`;
  return value.toFixed(value >= 10 ? 0 : 1);
}

/** A step that people count in: 1, 2 or 5 of the decimal places, or of the binary ones for rates. */
export function niceStep(top: number, ticks: number, unit: Chart["unit"]): number {
  const raw = top / Math.max(ticks, 1);
  const base = unit === "rate" ? 1024 ** Math.floor(Math.log(Math.max(raw, 1)) / Math.log(1024)) : 1;
  const scaled = raw / base;
  const power = 10 ** Math.floor(Math.log10(scaled));
  const step = [1, 2, 5, 10].find((one) => one * power >= scaled) ?? 10;
  return step * power * base;
}
