import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "../errors.ts";
import { makePlan } from "../plan/make-plan.ts";
import { noLiveChanges } from "../plan/plan.ts";
import { planText } from "../plan/text.ts";
import { loadProfile } from "../profile/load.ts";
import { outcomeOf, type Target, textSeeds } from "./target.ts";

const goodProfiles = [
  "tracker: { interval: 10s }\nseeders: [ { count: 1, up: 2MiB/s } ]\nleechers: [ { count: 5, slots: 4, behaviour: poison } ]\n",
  "leechers:\n  - { name: helper, count: 1, seeds: ['*.iso'], fetches: [docs], link: { rate: 1MiB/s, delay: 50ms, loss: 2% } }\n",
  "overlay: true\nweb: true\n",
];
/** Eight lines that stand for ten million values. */
const billionLaughs = [..."bcdefgh"]
  .map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]}, `.repeat(10)}]\n`)
  .join("");
const oddProfiles = ["description: &a [1, 2]\nleechers: [*a]\n", "leechers: [\n", `a: &a [1]\n${billionLaughs}`];

/** Profile files: a usage error, or a profile that a plan can be made of. */
export const profileTarget: Target = {
  name: "profile",
  runs: "worker",
  good: textSeeds(...goodProfiles),
  others: textSeeds(...oddProfiles),
  tokens: [
    "seeders: ",
    "leechers: ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "count: ",
    "up: ",
    "1e308KiB/s",
    "name: ",
    "*a",
    "&a ",
    "<<: ",
    "!!binary ",
    "__proto__: ",
    "\t",
    "? ",
    "|\n",
    "seeds: ['**(', '!(a|b)']",
  ],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-"));
    const shipped = join(import.meta.dirname, "../../profiles");
    return {
      feed(input) {
        writeFileSync(join(folder, "mine.yaml"), input);
        try {
          const profile = loadProfile(["mine"], [folder, shipped]);
          if (groupSizes(profile) > 2000) return "large";
          return `good ${planText(makePlan({ ...planInput, profile })).length > 3}`;
        } catch (error) {
          if (error instanceof LabError && error.kind === "usage")
            return outcomeOf(error.message.replace(/^.*?: /, ""));
          throw error;
        }
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

function groupSizes({ seeders, leechers }: ReturnType<typeof loadProfile>): number {
  return [...seeders, ...leechers].reduce((sum, { count }) => sum + count, 0);
}

const planInput = {
  lab: "fuzz",
  run: "20260101-000000-abcd",
  runtime: "process",
  dir: "/lab",
  sources: "/lab/sources",
  torrents: [],
  ports: { controller: 1, tracker: 2, web: 3 },
  scale: {},
  live: noLiveChanges,
  folders: { runs: "/runs", secrets: "/secrets", data: "/data" },
} as const;
