import { PRODUCT } from "../benchmark.ts";
import { figure, limitText, machineText, settingsText, surroundingsText, withSpread } from "./figures.ts";
import type { Result } from "./result.ts";
import type { MetricSummary, ProgramSummary, Verdict } from "./summary.ts";

const verdicts: Record<Verdict, string> = { aim: "aim reached", gate: "kept", missed: "**missed**", open: "" };

/** RESULTS.md: what was asked first, then every benchmark with all that its figures depend on. */
export function markdown(results: readonly Result[], tried: string): string {
  const parts = [
    "# Results",
    "Written by `npm run bench -- --full --rounds N` (`NAME…` renews those only; each says how many rounds it had); what it says is measured, so it is not edited by hand. " +
      "Medians, in brackets the middle half of the rounds. Product and anchors took turns in the same run, on the machine and " +
      "at the time that each section names.",
    table(
      ["Benchmark", "Figure", "lab", "Must reach", "Aim", "Verdict"],
      results.flatMap((result) => result.metrics.filter(({ gate }) => gate).map((metric) => askedRow(result, metric))),
    ),
    ...results.map(section),
    tried.trim(),
  ];
  return `${parts.join("\n\n")}\n`;
}

function askedRow({ name }: Result, metric: MetricSummary): string[] {
  const product = metric.programs.find(({ program }) => program === PRODUCT);
  const anchor = [metric.gate, metric.aim].find((limit) => limit?.kind === "ratio");
  const ratio = metric.programs.find(({ program }) => anchor?.kind === "ratio" && program === anchor.anchor)?.ratio;
  const measured = product ? figure(product.median, metric.unit) : "void";
  const relation = ratio == null ? "" : ` = ${figure(ratio, "copies")} ×`;
  const limits = [limitText(metric.gate, metric), limitText(metric.aim, metric)];
  return [name, metric.name, `${measured}${relation}`, ...limits, verdicts[metric.verdict]];
}

function section(result: Result): string {
  const { name, title, date, rounds, machine, surroundings, settings, voids, missing, failure } = result;
  const measured = result.metrics.filter(({ programs }) => programs.length > 0);
  const programs = [...new Set(measured.flatMap((metric) => metric.programs.map(({ program }) => program)))];
  const rows = measured.map((metric) => [metric.name, ...programs.map((program) => cell(metric, program))]);
  return [
    `## ${name}: ${title}`,
    `${date.slice(0, 10)}, ${rounds === 1 ? "1 round" : `${rounds} rounds`}, ${machineText(machine)}; ${surroundingsText(surroundings)}.  \n` +
      `Settings: ${settingsText(settings)}.`,
    ...(rows.length === 0 ? [] : [table(["", ...programs], rows)]),
    ...remarks("Void", voids),
    ...remarks("Missing", missing),
    ...(failure === null ? [] : [`Broke off: ${failure}`]),
  ].join("\n\n");
}

function cell(metric: MetricSummary, name: string): string {
  const program: ProgramSummary | undefined = metric.programs.find((one) => one.program === name);
  return program ? withSpread(program, metric.unit) : "";
}

function remarks(word: string, all: readonly { readonly program: string; readonly reason: string }[]): string[] {
  return all.length === 0 ? [] : [all.map(({ program, reason }) => `- ${word}, ${program}: ${reason}`).join("\n")];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
