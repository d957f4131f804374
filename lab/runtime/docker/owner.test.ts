import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { LabPlan } from "../../plan/plan.ts";
import { removeLab } from "./down.ts";
import { allLabs } from "./nodes.ts";
import { isOurs, ownerMarks } from "./owner.ts";
import { clearTheWay } from "./up.ts";

const own = process.getuid?.() ?? 0;
const folder = mkdtempSync(join(tmpdir(), "lab-owner-"));
afterAll(() => rmSync(folder, { recursive: true }));

const as = (uid: number) => void vi.spyOn(process, "getuid").mockReturnValue(uid);
const [ann, bob] = [4001, 4002];

describe("an object is of", () => {
  test("whom its label names, and root's as well", () => {
    as(ann);
    const marks = { "lab.dir": "/home/ann/lab", ...ownerMarks() };
    expect(marks).toMatchObject({ "lab.user": "4001" });
    expect(isOurs(marks)).toBe(true);
    as(bob);
    expect(isOurs(marks)).toBe(false);
    as(0);
    expect(isOurs(marks)).toBe(true);
  });

  test.each(["lab.dir", "com.docker.compose.project.working_dir"])(
    "the owner of its folder (%s) without one",
    (label) => {
      as(own);
      expect(isOurs({ [label]: folder })).toBe(true);
      as(bob);
      expect(isOurs({ [label]: folder })).toBe(false);
    },
  );

  test("root alone when its folder is gone as well", () => {
    as(bob);
    expect(isOurs({ "lab.dir": join(folder, "gone") })).toBe(false);
    expect(isOurs(null)).toBe(false);
    as(0);
    expect(isOurs(null)).toBe(true);
  });
});

describe("two users of one engine", () => {
  let engine: ReturnType<typeof fakeEngine>;
  beforeEach(() => {
    const marks = (lab: string, node: string, user: number) => ({
      "lab.name": lab,
      "lab.node": node,
      "lab.run": "r1",
      "lab.dir": `/home/${user}`,
      "lab.schema": "1",
      "lab.user": String(user),
    });
    engine = fakeEngine([marks("ann", "tracker", ann), marks("ann", "seeder-1", ann), marks("bob", "tracker", bob)]);
  });

  test("each have their own labs listed; root has all", async () => {
    const listed = async () => (await allLabs(engine.client)).map(({ lab, nodes }) => [lab, nodes]);
    as(ann);
    expect(await listed()).toEqual([["ann", 2]]);
    as(bob);
    expect(await listed()).toEqual([["bob", 1]]);
    as(0);
    expect(await listed()).toEqual([
      ["ann", 2],
      ["bob", 1],
    ]);
  });

  test("do not remove each other's, and are told whose it is; root may", async () => {
    as(bob);
    expect(await removeLab(engine.client, "ann", {})).toEqual({
      nodes: 0,
      networks: 0,
      volumes: 0,
      left: [],
      others: 'the lab "ann" is another user\'s (uid 4001, started in /home/4001)',
    });
    expect(engine.names()).toEqual(["ann-tracker", "ann-seeder-1", "bob-tracker"]);
    expect(await removeLab(engine.client, "bob", {})).toEqual({ nodes: 1, networks: 0, volumes: 0, left: [] });
    as(0);
    expect(await removeLab(engine.client, "ann", {})).toMatchObject({ nodes: 2, left: [] });
    expect(engine.names()).toEqual([]);
  });
});

test("a lab of another user's name is refused before anything of that user's is touched", async () => {
  as(bob);
  const marks = {
    "lab.name": "demo",
    "lab.node": "tracker",
    "lab.run": "r1",
    "lab.schema": "1",
    "lab.user": String(ann),
  };
  const engine = fakeEngine([{ ...marks, "com.docker.compose.project": "lab-demo" }]);
  const plan = { lab: "demo", run: { run: "r2" }, nodes: [] as LabPlan["nodes"] } as LabPlan;
  await expect(clearTheWay(engine.client, plan, {})).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining(`uid ${ann}`),
  });
  expect(engine.names()).toEqual(["demo-tracker"]);
  as(ann);
  await clearTheWay(engine.client, plan, {});
  expect(engine.names()).toEqual([]);
});

/** An engine that holds these containers and lets them be removed. */
function fakeEngine(marks: readonly Record<string, string>[]) {
  const held = new Map(marks.map((Labels) => [`${Labels["lab.name"]}-${Labels["lab.node"]}`, Labels]));
  const matches = (Labels: Record<string, string>, label: string) => {
    const [name = "", value] = label.split("=");
    return value === undefined ? name in Labels : Labels[name] === value;
  };
  const client = {
    listContainers: async ({ filters }: { filters: { label: string[] } }) =>
      [...held]
        .filter(([, Labels]) => filters.label.every((label) => matches(Labels, label)))
        .map(([Id, Labels]) => ({ Id, Names: [`/${Id}`], Labels, State: "exited" })),
    listNetworks: async () => [],
    listVolumes: async () => ({ Volumes: [] }),
    getContainer: (id: string) => ({ remove: async () => void held.delete(id) }),
  };
  return { client: client as unknown as Docker, names: () => [...held.keys()] };
}
