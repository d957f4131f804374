import type { Fact } from "../api/facts.ts";

/** Facts kept while the controller is away, the oldest dropped first: some 20 MB, or minutes of a busy swarm. */
export const FACT_LIMIT = 50_000;

/** Facts that wait for the controller: first in, first out, bounded by `FACT_LIMIT`. */
export class FactQueue {
  #facts: Fact[] = [];
  /** Facts that had to go. */
  dropped = 0;

  get size(): number {
    return this.#facts.length;
  }

  add(facts: readonly Fact[]): void {
    for (const fact of facts) this.#facts.push(fact);
    // Trimmed a tenth at a time: shifting a long array once a fact would cost more than the fact.
    if (this.#facts.length <= FACT_LIMIT * 1.1) return;
    this.dropped += this.#facts.length - FACT_LIMIT;
    this.#facts = this.#facts.slice(-FACT_LIMIT);
  }

  take(count: number): Fact[] {
    return this.#facts.splice(0, count);
  }
}
