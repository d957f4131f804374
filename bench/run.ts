import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Benchmark, Form } from "./benchmark.ts";
import { benchmarks } from "./benchmarks/index.ts";
import { handleSignals } from "./parts/clean-up.ts";
import { thisMachine } from "./parts/machine.ts";
import { machineText } from "./report/figures.ts";
import { isFaulty, type Result } from "./report/result.ts";
import { keepResults, resultsJson } from "./report/store.ts";
import { legend, resultText } from "./report/text.ts";
import { runBenchmark } from "./run-benchmark.ts";

const USAGE = `npm run bench -- [NAME…] [--full] [--short] [--rounds N] [--json FILE]

  NAME         only these: ${benchmarks.map(({ name }) => name).join(" ")}
  --full       the sizes of bench/RESULTS.md, which is written anew for the benchmarks that were run
  --short      sizes that only show that every benchmark still works; an anchor that is missing is a failure
  --rounds N   product and anchors in turns, so many times (default 1)
  --json FILE  also writes all figures there`;

interface Request {
  readonly chosen: readonly Benchmark[];
  readonly form: Form;
  readonly rounds: number;
  readonly json: string | undefined;
}

const request = readRequest();
if (typeof request === "string") {
  console.error(request);
  process.exitCode = 2;
} else {
  handleSignals();
  process.exitCode = await runAll(request);
}

async function runAll({ chosen, form, rounds, json }: Request): Promise<number> {
  const machine = thisMachine();
  console.log(`${machineText(machine)}\n${legend}`);
  const results: Result[] = [];
  for (const benchmark of chosen) {
    const result = await runBenchmark(benchmark, { form, rounds, machine });
    results.push(result);
    console.log(`\n${resultText(result)}`);
    if (json !== undefined) writeFileSync(json, resultsJson(results));
    if (form === "full")
      keepResults(
        results,
        benchmarks.map(({ name }) => name),
      );
  }
  return results.some(isFaulty) ? 1 : 0;
}

/** The request, or what is wrong with it. */
function readRequest(): Request | string {
  const options = {
    full: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    rounds: { type: "string", default: "1" },
    json: { type: "string" },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const known = benchmarks.map(({ name }) => name);
    const strange = positionals.find((name) => !known.includes(name));
    if (strange !== undefined) return `bench: there is no benchmark "${strange}"; there are ${known.join(", ")}`;
    if (values.full && values.short) return "bench: --full and --short exclude each other";
    if (!/^[1-9]\d?$/.test(values.rounds)) return `bench: --rounds takes a number from 1 to 99, not "${values.rounds}"`;
    const form = values.full ? "full" : values.short ? "short" : "single";
    const chosen = benchmarks.filter(({ name, runs }) =>
      positionals.length > 0 ? positionals.includes(name) : runs === "always" || form !== "single",
    );
    return { chosen, form, rounds: Number(values.rounds), json: values.json };
  } catch (error) {
    return `bench: ${error instanceof Error ? error.message : error}\n\n${USAGE}`;
  }
}
