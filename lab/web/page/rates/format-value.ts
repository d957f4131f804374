import { formatRate } from "../../../units.ts";
import type { Chart } from "./chart.ts";

export function formatValue(value: number, unit: Chart["unit"]): string {
  if (unit === "rate") return value === 0 ? "0" : formatRate(value);
  if (unit === "share") return `${Math.round(value * 100)} %`;
  return value.toFixed(value >= 10 ? 0 : 1);
}

const decimalSteps = [1, 2, 5, 10];
/** Of a binary unit, so that a few of them are a whole one of the next. */
const binarySteps = [1, 2, 5, 10, 20, 50, 100, 256, 512, 1024];

/** A step that people count in: 1, 2 or 5 of the decimal places, or of the binary units for rates. */
export function niceStep(top: number, ticks: number, unit: Chart["unit"]): number {
  const raw = top / Math.max(ticks, 1);
  const base = unit === "rate" ? baseOf(raw, 1024) : baseOf(raw, 10);
  const steps = unit === "rate" ? binarySteps : decimalSteps;
  return (steps.find((step) => step * base >= raw) ?? 1) * base;
}

/** The largest power that is not above `value`; of what is less than 1 B/s the unit itself. */
function baseOf(value: number, radix: number): number {
  const power = Math.floor(Math.log(value) / Math.log(radix));
  return radix ** (radix === 1024 ? Math.max(0, power) : power);
}
