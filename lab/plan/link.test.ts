import { expect, test } from "vitest";
import { planDifference } from "./difference.ts";
import { kernelLink, linkNote, linkText } from "./link.ts";
import { makePlan } from "./make-plan.ts";
import { changed, inputOf } from "./plan.fixture.ts";
import type { PlanInput } from "./plan.ts";
import { planText } from "./text.ts";

const MIB = 1024 ** 2;
const link = { rate: "1MiB/s", delay: "50ms", loss: "2%" };
const docker = (links?: PlanInput["links"], group: object = {}) =>
  makePlan(inputOf({ seeders: [{ link, ...group }] }, { runtime: "docker", ...(links && { links }) }));
const limits = (plan: ReturnType<typeof makePlan>) => [
  plan.run.peers[0]?.settings.up,
  plan.run.peers[0]?.settings.down,
];
const linkOf = (plan: ReturnType<typeof makePlan>) => plan.nodes.find(({ name }) => name === "seeder-1")?.link;

test("in containers the kernel shapes a link, and the client sends no faster than that", () => {
  const plan = docker();
  expect(linkOf(plan)).toEqual({ rate: MIB, delay: 0.05, loss: 0.02 });
  expect(limits(plan)).toEqual([MIB, null]);
  expect(linkNote(plan)).toEqual([]);
  expect(planText(plan).at(-1)).toContain("link 1.00 MiB/s, delay 50 ms, loss 2 %");
  expect(plan.nodes.filter(({ name }) => name !== "seeder-1").map((node) => node.link)).toEqual([null, null]);
});

test("without netem the rate is shaped still, and one line says what is not", () => {
  const plan = docker({ rate: true, delay: false, lacks: "the kernel has no netem" });
  expect(linkOf(plan)).toEqual({ rate: MIB, delay: 0, loss: 0 });
  expect(limits(plan)).toEqual([MIB, null]);
  expect(linkNote(plan)).toEqual([
    "note: links are not all as the profile says (the kernel has no netem): delay and loss are left out",
  ]);
});

test("the client sends at the lower of its own limit and the link's rate, and receives as it may", () => {
  const can = { rate: false, delay: false, lacks: "no tc" };
  expect(limits(docker(can, { up: "256KiB/s", down: "9MiB/s" }))).toEqual([256 * 1024, 9 * MIB]);
  const plan = docker(can, { up: "9MiB/s" });
  expect(linkOf(plan)).toBeNull();
  expect(limits(plan)).toEqual([MIB, null]);
});

test("a link without a rate is no limit", () => {
  const group = { up: "9MiB/s", link: { delay: "50ms" } };
  expect(limits(docker(undefined, group))).toEqual([9 * MIB, null]);
});

test("local processes are limited in the client, live changes included, and the plan says so", () => {
  const input = inputOf({ seeders: [{ link }] });
  const live = { ...input.live, settings: { "seeder-1": { up: 2 * MIB, down: MIB / 2 } } };
  expect(limits(makePlan(input))).toEqual([MIB, null]);
  expect(limits(makePlan({ ...input, live }))).toEqual([MIB, MIB / 2]);
  expect(planText(makePlan(input)).at(-1)).toMatch(
    /^note: .*local processes share one network.*own limit keeps the rate/,
  );
});

test("a lab without links has nothing to say about them", () => {
  expect(linkNote(makePlan(inputOf({ seeders: [{}] })))).toEqual([]);
});

test("another link is a difference of the node in containers", () => {
  const plan = docker();
  const { seeders } = plan.input.profile;
  const slower = seeders.map((group) => ({ ...group, link: { rate: MIB / 2, delay: 0, loss: 0 } }));
  const after = changed(plan, { profile: { ...plan.input.profile, seeders: slower } });
  expect(planDifference(plan, after).rearranged.map(({ node }) => node)).toEqual(["seeder-1"]);
});

test("of a link that is not there, or of one without a part the kernel has, nothing is left", () => {
  const can = { rate: true, delay: false, lacks: "" };
  expect(kernelLink(undefined, can)).toBeNull();
  expect(kernelLink({ rate: null, delay: 1, loss: 0 }, can)).toBeNull();
});

test("a link's text names only what it has", () => {
  expect(linkText({ rate: null, delay: 2, loss: 0 })).toBe("delay 2.0s");
  expect(linkText({ rate: MIB, delay: 0, loss: 0.005 })).toBe("1.00 MiB/s, loss 0.5 %");
});
