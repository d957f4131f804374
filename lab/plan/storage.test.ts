import { expect, test } from "vitest";
import { makePlan } from "./make-plan.ts";
import { inputOf } from "./plan.fixture.ts";
import { storageNote } from "./storage.ts";
import { planText } from "./text.ts";

const profile = { seeders: [{}], leechers: [{ storage: "memory" }] };
const planIn = (runtime: "docker" | "process", of: object = profile) => makePlan(inputOf(of, { runtime }));
const storageIn = (plan: ReturnType<typeof makePlan>) =>
  Object.fromEntries(plan.nodes.map(({ name, storage }) => [name, storage]));

test("a container keeps downloads in memory where the profile says so, and nothing is to be said", () => {
  const plan = planIn("docker");
  expect(storageIn(plan)).toMatchObject({ "seeder-1": "none", "leecher-1": "memory", tracker: "none" });
  expect(storageNote(plan)).toEqual([]);
});

test("a process keeps them on the disk, and the plan says so in one line", () => {
  const plan = planIn("process");
  expect(storageIn(plan)).toMatchObject({ "seeder-1": "none", "leecher-1": "volume" });
  expect(planText(plan).at(-1)).toMatch(/^note: downloads go to the disk, not to memory/);
});

test("without a download that was to go to memory there is no such line", () => {
  expect(storageNote(planIn("process", { leechers: [{}] }))).toEqual([]);
  expect(storageNote(planIn("process", { seeders: [{}], storage: "memory" }))).toEqual([]);
  expect(storageNote(planIn("process", { seeders: [{ fetches: ["docs"] }], storage: "memory" }))).toHaveLength(1);
});
