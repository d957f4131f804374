import { messageOf } from "../lab/errors.ts";
import type { Benchmark, Finding, Form, Metric } from "./benchmark.ts";
import { type Machine, watchSurroundings } from "./parts/machine.ts";
import type { Remark, Result } from "./report/result.ts";
import { summarise } from "./report/summary.ts";

export interface Conditions {
  readonly form: Form;
  readonly rounds: number;
  readonly machine: Machine;
}

/** Lets a benchmark run and sums up what it found; one that breaks off keeps what it had found by then. */
export async function runBenchmark(benchmark: Benchmark, { form, machine, ...asked }: Conditions): Promise<Result> {
  const settings = benchmark.settings[form];
  const rounds = benchmark.once ? 1 : asked.rounds;
  const [date, begin, surroundings] = [new Date().toISOString(), performance.now(), watchSurroundings()];
  const findings: Finding[] = [];
  let failure: string | null = null;
  const say = (line: string) => console.error(`${benchmark.name}: ${line}`);
  try {
    for await (const finding of benchmark.measure(settings, { form, rounds, say })) findings.push(finding);
  } catch (error) {
    failure = messageOf(error);
  }
  return {
    ...{ name: benchmark.name, title: benchmark.title, form, rounds, settings, date, machine, failure },
    seconds: Math.round((performance.now() - begin) / 100) / 10,
    surroundings: surroundings(),
    metrics: summarise(form === "short" ? benchmark.metrics.map(unjudged) : benchmark.metrics, findings),
    voids: remarksOf("void", findings),
    missing: remarksOf("missing", findings),
  };
}

/** Short sizes say that a benchmark works, not how good anything is. */
function unjudged({ name, unit, better }: Metric): Metric {
  return { name, unit, better };
}

/** Each said once. */
function remarksOf(kind: "void" | "missing", findings: readonly Finding[]): Remark[] {
  const remarks = findings.flatMap(({ kind: its, ...one }) => (its === kind && "reason" in one ? [one] : []));
  return remarks.filter(
    (one, i) => remarks.findIndex(({ program, reason }) => program === one.program && reason === one.reason) === i,
  );
}
