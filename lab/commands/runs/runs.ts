import { apply, emptyModel } from "../../swarm/model.ts";
import { formatBytes, formatDuration, printable } from "../../units.ts";
import { linesOf, recordedRuns } from "../recorded-run.ts";
import type { RunsFlags } from "../runs.ts";
import { table } from "../table.ts";
import { print, printJson, tell, type World } from "../world.ts";
import { type RunSummary, summarize } from "./summary.ts";

/** `lab runs`. */
export async function runs(world: World, flags: RunsFlags): Promise<void> {
  const summaries: RunSummary[] = [];
  for (const recorded of recordedRuns(world, flags.name)) {
    const model = emptyModel();
    for await (const lines of linesOf(recorded)) for (const line of lines) apply(model, line);
    const summary = summarize(model);
    if (summary) summaries.push(summary);
  }
  if (flags.json) return printJson(world, { schemaVersion: 1, runs: summaries });
  if (summaries.length === 0) return tell(world, "this folder keeps no run; `lab up` makes one");
  const numbers = ["SIZE", "BOUND", "TOOK", "EFFICIENCY", "SEEDERS GAVE", "WASTED"];
  for (const line of table(["RUN", "PROFILE", "PEERS", ...numbers], summaries.map(row), numbers)) print(world, line);
}

function row(run: RunSummary): string[] {
  const duration = (seconds: number | null) => (seconds === null ? "–" : formatDuration(seconds));
  return [
    run.run,
    printable(run.profile),
    `${run.seeders} + ${run.leechers}`,
    formatBytes(run.length),
    duration(run.bound),
    duration(run.elapsed),
    run.efficiency === null ? "–" : `${(run.efficiency * 100).toFixed(0)} %`,
    run.length === 0 ? "–" : `${(run.seedersGave / run.length).toFixed(2)} ×`,
    formatBytes(run.wasted),
  ];
}
