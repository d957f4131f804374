import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { seededRandom } from "../seeded-random.ts";
import { mutate } from "./mutate.ts";
import { DEADLINE_MS, type Finding, type Target } from "./target.ts";

export interface Exploration {
  readonly inputs: number;
  /** Kinds of outcomes that were seen. */
  readonly outcomes: number;
  readonly finding?: Finding;
}

export interface ExploreOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Just these, without mutation. */
  readonly only?: readonly Uint8Array[];
  /** Told every input before it is fed; what it throws ends the exploration. */
  onInput?(input: Uint8Array): void;
  /** Aborted, the subject is closed and the exploration rejects. */
  readonly signal?: AbortSignal;
}

const POOL = 1000;

/**
 * Feeds mutated inputs until the time is over or one breaks a promise. Inputs with an outcome that was not seen before
 * are mutated further.
 */
export async function explore(target: Target, options: ExploreOptions): Promise<Exploration> {
  const random = seededRandom(options.seed);
  const pool = [...target.good, ...target.others, ...corpusOf(target.name)];
  const good = new Set(target.good);
  const queue = [...(options.only ?? pool)];
  const outcomes = new Set<string>();
  const subject = await target.open();
  const end = performance.now() + 1000 * options.seconds;
  let inputs = 0;
  try {
    while (queue.length > 0 || (!options.only && performance.now() < end)) {
      const input = queue.shift() ?? mutate(random.pick(pool), random, pool, target.tokens);
      options.onInput?.(input);
      inputs += 1;
      const result = await fed(subject, input, good.has(input));
      options.signal?.throwIfAborted();
      if ("problem" in result)
        return { inputs, outcomes: outcomes.size, finding: { target: target.name, input, problem: result.problem } };
      if (outcomes.has(result.outcome)) continue;
      outcomes.add(result.outcome);
      if (pool.length < POOL) pool.push(input);
    }
  } finally {
    await subject.close();
  }
  return { inputs, outcomes: outcomes.size };
}

async function fed(
  subject: Awaited<ReturnType<Target["open"]>>,
  input: Uint8Array,
  isGood: boolean,
): Promise<{ outcome: string } | { problem: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  });
  try {
    const started = performance.now();
    const outcome = await Promise.race([subject.feed(input), late]);
    const took = performance.now() - started;
    if (took >= DEADLINE_MS) return { problem: `took ${Math.round(took)} ms` };
    return isGood && !outcome.startsWith("good") ? { problem: `a good input was not taken: ${outcome}` } : { outcome };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Inputs that once broke something, or came near it. */
export function corpusOf(name: string): Uint8Array[] {
  const folder = join(import.meta.dirname, "corpus", name);
  try {
    return readdirSync(folder).map((file) => readFileSync(join(folder, file)));
  } catch {
    return [];
  }
}
