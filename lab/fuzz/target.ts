/** One door through which bytes of strangers come in. */
export interface Target {
  readonly name: string;
  /** What it takes. Were one of them refused, most of what is made of them would never get past the first check. */
  readonly good: readonly Uint8Array[];
  /** What it refuses, each in a way of its own, or takes without a word. */
  readonly others: readonly Uint8Array[];
  /** Words of its language. */
  readonly tokens: readonly string[];
  /**
   * Where it runs. `worker`: in a thread of its own with little memory, so that an endless loop can be ended. `here`: it
   * starts a program of its own, whose silence is noticed.
   */
  readonly runs: "worker" | "here";
  open(): Promise<Subject>;
}

export interface Subject {
  /**
   * Takes one input.
   * @returns what became of it in a few words, the first of them "good" where it was taken; new words make an input worth
   * more mutations.
   * @throws whatever the product must not throw: a finding.
   */
  feed(input: Uint8Array): string | Promise<string>;
  close(): Promise<void>;
}

/** What was found: the input that broke a promise. */
export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly problem: string;
}

/** A subject answers within this, whatever comes. */
export const DEADLINE_MS = 5000;

/** What a subject that holds nothing does to close. */
export const nothing = async () => {};

export const textSeeds = (...texts: string[]) => texts.map((text) => Buffer.from(text, "latin1"));

/** An outcome without the parts that differ from input to input. */
export function outcomeOf(message: string): string {
  return `refused: ${message.replaceAll(/"[^"]*"|\d+|'[^']*'/g, "…").slice(0, 80)}`;
}
