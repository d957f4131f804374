import type { Form, Settings } from "../benchmark.ts";
import type { Machine, Surroundings } from "../parts/machine.ts";
import type { MetricSummary } from "./summary.ts";

/** One benchmark that was run, with all that its figures depend on. This is what `--json` writes. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly form: Form;
  readonly rounds: number;
  readonly settings: Settings;
  /** RFC 3339. */
  readonly date: string;
  /** It took. */
  readonly seconds: number;
  readonly machine: Machine;
  readonly surroundings: Surroundings;
  readonly metrics: readonly MetricSummary[];
  readonly voids: readonly Remark[];
  readonly missing: readonly Remark[];
  /** Why it came to no end. */
  readonly failure: string | null;
}

export interface Remark {
  readonly program: string;
  readonly reason: string;
  readonly incomplete?: true;
}

/** Whether it broke off or, in the form that only shows that it works, something did not: a busy machine is no fault. */
export function isFaulty({ form, failure, missing, voids }: Result): boolean {
  if (failure !== null) return true;
  return form === "short" && (missing.length > 0 || voids.some(({ incomplete }) => incomplete));
}
