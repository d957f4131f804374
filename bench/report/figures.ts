import { formatBytes } from "../../lab/units.ts";
import type { Limit, Metric, Settings, Unit } from "../benchmark.ts";
import type { Machine, Surroundings } from "../parts/machine.ts";
import type { ProgramSummary } from "./summary.ts";

/** Figures as people read them, the same on the terminal and in Markdown. */

export function figure(number: number, unit: Unit): string {
  if (number === Number.POSITIVE_INFINITY) return "∞";
  switch (unit) {
    case "s":
      return number < 10 ? `${number.toFixed(2)} s` : `${number.toFixed(1)} s`;
    case "ms":
      return `${number.toFixed(number < 10 ? 1 : 0)} ms`;
    case "bytes":
      return formatBytes(number);
    case "bytes/s":
      return `${formatBytes(number)}/s`;
    case "s/GB":
      return `${number.toFixed(1)} s/GB`;
    case "share":
      return number.toFixed(number < 0.1 ? 3 : 2);
    case "copies":
      return number.toFixed(2);
    case "per second":
    case "peers":
      return Math.round(number).toLocaleString("en-GB");
    case "equal":
      return number === 1 ? "equal" : "different";
  }
}

/** `0.85 (0.84–0.87)`; the spread only where there is one. */
export function withSpread({ median, low, high, values }: ProgramSummary, unit: Unit): string {
  const middle = figure(median, unit);
  return values.length < 2 ? middle : `${middle} (${figure(low, unit)}–${figure(high, unit)})`;
}

export function limitText(limit: Limit | undefined, { unit, better }: Metric): string {
  if (!limit) return "";
  const sign = better === "higher" ? "≥" : "≤";
  if (limit.kind === "ratio") return `${sign} ${limit.value} × ${limit.anchor}`;
  const ahead = limit.ahead ? " and ahead of all" : "";
  return unit === "equal" ? "equal" : `${sign} ${figure(limit.value, unit)}${ahead}`;
}

export function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, setting]) => `${key} ${setting}`)
    .join(", ");
}

export function machineText({ cores, model, memory, kernel, node, docker }: Machine): string {
  const engine = docker === null ? "no Docker Engine" : `Docker ${docker}`;
  return `${cores} × ${model}, ${formatBytes(memory)}, Linux ${kernel}, Node ${node}, ${engine}`;
}

export function surroundingsText({ load, steal }: Surroundings): string {
  return `load ${load.toFixed(1)} before, ${(steal * 100).toFixed(1)} % stolen by the host`;
}
