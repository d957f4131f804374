import { expect, test } from "vitest";
import { type Metric, PRODUCT, value } from "../benchmark.ts";
import { markdown } from "./markdown.ts";
import type { Result } from "./result.ts";
import { readResults, resultsJson } from "./store.ts";
import { summarise } from "./summary.ts";

const metric: Metric = {
  ...{ name: "hashed", unit: "bytes/s", better: "higher" },
  ...{
    gate: { kind: "ratio", value: 0.8, anchor: "mktorrent" },
    aim: { kind: "ratio", value: 1, anchor: "mktorrent" },
  },
};

function result(changes: Partial<Result> = {}): Result {
  const findings = [1024, 2048, 3072].map((number) => value(PRODUCT, "hashed", number));
  return {
    ...{ name: "hash", title: "SHA-1", form: "full", rounds: 3, settings: { size: "1GiB", threads: 2 } },
    ...{ date: "2026-11-21T10:00:00Z", seconds: 3, voids: [], missing: [], failure: null },
    machine: { cores: 2, model: "Model", memory: 2 ** 34, kernel: "6.1", node: "v24.0.0", docker: null },
    surroundings: { load: 0.5, steal: 0.012 },
    metrics: summarise([metric], [...findings, value("mktorrent", "hashed", 2500)]),
    ...changes,
  };
}

test("the overview has what was asked and what became of it, the section every figure and condition", () => {
  expect(markdown([result()], "## Tried\n\n- A.\n")).toMatchInlineSnapshot(`
    "# Results

    Written by \`npm run bench -- --full --rounds N\` (\`NAME…\` renews those only; each says how many rounds it had); what it says is measured, so it is not edited by hand. Medians, in brackets the middle half of the rounds. Product and anchors took turns in the same run, on the machine and at the time that each section names.

    | Benchmark | Figure | lab | Must reach | Aim | Verdict |
    | --- | --- | --- | --- | --- | --- |
    | hash | hashed | 2.00 KiB/s = 0.82 × | ≥ 0.8 × mktorrent | ≥ 1 × mktorrent | kept |

    ## hash: SHA-1

    2026-11-21, 3 rounds, 2 × Model, 16.0 GiB, Linux 6.1, Node v24.0.0, no Docker Engine; load 0.5 before, 1.2 % stolen by the host.  
    Settings: size 1GiB, threads 2.

    |  | lab | mktorrent |
    | --- | --- | --- |
    | hashed | 2.00 KiB/s (1.50 KiB/s–2.50 KiB/s) | 2.44 KiB/s |

    ## Tried

    - A.
    "
  `);
});

test("what is void or missing is said, and leaves no figure behind", () => {
  const voids = [{ program: PRODUCT, reason: "the machine was 90 % busy" }];
  const missing = [{ program: "mktorrent", reason: "it is not installed" }];
  const text = markdown([result({ metrics: summarise([metric], []), voids, missing })], "");
  expect(text).toContain("| hash | hashed | void | ≥ 0.8 × mktorrent | ≥ 1 × mktorrent |  |");
  expect(text).toContain("- Void, lab: the machine was 90 % busy\n\n- Missing, mktorrent: it is not installed");
});

test("a figure that never came to its end is told as such, also when it is read again", () => {
  const metrics = summarise([metric], [value(PRODUCT, "hashed", Number.POSITIVE_INFINITY)]);
  const [again] = readResults(resultsJson([result({ metrics })]));
  expect(markdown(again ? [again] : [], "")).toContain("| hash | hashed | ∞ |");
});

test("a title or reason cannot break out of a table", () => {
  expect(markdown([result({ name: "a|b" })], "")).toContain("| a\\|b | hashed |");
});
