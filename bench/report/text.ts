import { PRODUCT } from "../benchmark.ts";
import { figure, limitText, settingsText, surroundingsText, withSpread } from "./figures.ts";
import type { Result } from "./result.ts";
import type { MetricSummary, Verdict } from "./summary.ts";

const words: Record<Verdict, string> = { aim: "aim reached", gate: "gate kept", missed: "MISSED", open: "" };

/** A result for the terminal. */
export function resultText(result: Result): string {
  const { name, title, rounds, seconds, settings, surroundings, voids, missing, failure } = result;
  const round = rounds === 1 ? "1 round" : `${rounds} rounds`;
  return [
    `${name}: ${title}`,
    `  ${settingsText(settings)}`,
    `  ${round} in ${Math.round(seconds)} s, ${surroundingsText(surroundings)}`,
    ...result.metrics.filter(({ programs }) => programs.length > 0).map(metricText),
    ...voids.map(({ program, reason }) => `  VOID ${program}: ${reason}`),
    ...missing.map(({ program, reason }) => `  MISSING ${program}: ${reason}`),
    ...(failure === null ? [] : [`  FAILED ${failure}`]),
  ].join("\n");
}

function metricText(metric: MetricSummary): string {
  const programs = metric.programs.map((one) => {
    const ratio = one.ratio === null ? "" : ` [${figure(one.ratio, "copies")} ×]`;
    return `${one.program} ${withSpread(one, metric.unit)}${ratio}`;
  });
  const asked = [limitText(metric.gate, metric), metric.aim ? `aim ${limitText(metric.aim, metric)}` : ""];
  const limits = asked.filter(Boolean).join(", ");
  const verdict = [limits, words[metric.verdict]].filter(Boolean).join(": ");
  return `  ${metric.name.padEnd(18)} ${programs.join(" · ")}${verdict ? `   (${verdict})` : ""}`;
}

/** Explains `[…]` once. */
export const legend = `[…] is ${PRODUCT} ÷ that program; in round brackets the middle half of the rounds.`;
