import { expect, test } from "vitest";
import { corpusOf } from "./explore.ts";
import { runTarget } from "./run-target.ts";
import { targets } from "./targets.ts";

const SECONDS = Number(process.env.LAB_FUZZ_SECONDS ?? 1);
const seed = Number(process.env.LAB_FUZZ_SEED ?? Date.now() % 2 ** 32);

test.each(targets.map((target) => [target.name, target] as const))(
  "%s: good inputs, inputs that once broke something, and random ones break no promise",
  async (_, target) => {
    console.log(`seed ${seed}`);
    const { finding, inputs } = await runTarget(target, { seed, seconds: SECONDS });
    expect(finding && { ...finding, input: Buffer.from(finding.input).toString("latin1") }).toBeUndefined();
    expect(inputs).toBeGreaterThanOrEqual(target.good.length + target.others.length + corpusOf(target.name).length);
  },
  30_000 + 1000 * SECONDS,
);
