/** What a benchmark is, and what it finds. Everything else under `bench/` runs, judges or prints these. */

/** `short` shows in seconds that a benchmark still works, `single` is one round, `full` is what RESULTS.md is made of. */
export type Form = "short" | "single" | "full";

export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface Benchmark<S extends Settings = Settings> {
  readonly name: string;
  readonly title: string;
  /** The sizes of each form; every one of them is printed with the results. */
  readonly settings: Readonly<Record<Form, S>>;
  readonly metrics: readonly Metric[];
  /** `named`: only with `--full` or by its name, because it takes long. */
  readonly runs: "always" | "named";
  /** Its figures are the same in every round: there is one, whatever is asked for. */
  readonly once?: true;
  /** Product and anchors in turns, `rounds` times; yields what it found as soon as it is known. */
  measure(settings: S, context: Context): AsyncIterable<Finding>;
}

export interface Context {
  readonly form: Form;
  readonly rounds: number;
  /** A line of progress for people. */
  say(line: string): void;
}

export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  /** What must be reached, and what is hoped for. */
  readonly gate?: Limit;
  readonly aim?: Limit;
}

export type Unit = "s" | "ms" | "bytes" | "bytes/s" | "share" | "copies" | "s/GB" | "per second" | "peers" | "equal";

/** `ratio`: product ÷ the anchor of that name. `ahead`: better than every anchor of the same run. */
export type Limit =
  | { readonly kind: "value"; readonly value: number; readonly ahead?: boolean }
  | { readonly kind: "ratio"; readonly value: number; readonly anchor: string };

/** One of the programs that are compared; the product is `PRODUCT`, all others are anchors. */
export type Finding =
  | { readonly kind: "value"; readonly metric: string; readonly program: string; readonly value: number }
  /**
   * A round of a program that measured something else than it should, such as the machine's limits. `incomplete`: it came
   * to no end, which no busy machine excuses.
   */
  | { readonly kind: "void"; readonly program: string; readonly reason: string; readonly incomplete?: true }
  /** An anchor that is not here. */
  | { readonly kind: "missing"; readonly program: string; readonly reason: string };

export const PRODUCT = "lab";

export function value(program: string, metric: string, number: number): Finding {
  return { kind: "value", program, metric, value: number };
}
