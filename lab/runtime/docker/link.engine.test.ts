import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kernelLink, linkNote } from "../../plan/link.ts";
import type { LabPlan, LinkSupport } from "../../plan/plan.ts";
import { type Bench, openBench } from "../contract-lab.ts";
import type { Runtime, RuntimeEvent } from "../runtime.ts";
import { connect } from "./client.ts";
import { dockerRuntime } from "./docker-runtime.ts";
import { base, engineAtHand, forgetImage } from "./engine-at-hand.ts";
import { labels, ofLab, ofNode } from "./labels.ts";
import { labObjects } from "./objects.ts";
import { ownerMarks } from "./owner.ts";
import { runTc } from "./tc.ts";
import { tcImageOf } from "./tc-image.ts";

const engine = await engineAtHand();
const LINK = { rate: 1024 ** 2, delay: 0.05, loss: 0 };

interface Discipline {
  readonly kind: string;
  readonly root?: boolean;
  readonly options: { readonly rate?: number; readonly delay?: { readonly delay: number } };
}

describe.skipIf(!engine)("links of containers", { timeout: 60_000 }, () => {
  let client: Docker;
  let bench: Bench;
  let runtime: Runtime;
  let plan: LabPlan;
  let can: LinkSupport;
  const events: RuntimeEvent[] = [];

  beforeAll(async () => {
    if (!engine) return;
    client = await connect(engine.host);
    bench = await openBench("docker");
    // An image of its own: others may be at work with the bench's usual one.
    writeFileSync(join(bench.programs, "version"), bench.prefix);
    runtime = dockerRuntime({ engine, programs: bench.programs, base });
    const bare = bench.plan("link", ["leecher-1"]);
    can = (await runtime.links?.(bare, {})) ?? { rate: false, delay: false, lacks: "" };
    const link = kernelLink(LINK, can);
    plan = { ...bare, nodes: bare.nodes.map((node) => (node.name === "leecher-1" ? { ...node, link } : node)) };
    await runtime.up(plan, { progress: (event) => events.push(event) });
  }, 120_000);

  afterAll(async () => {
    if (!engine) return;
    await runtime.down(plan.lab, {});
    await forgetImage(engine, bench.programs);
    bench[Symbol.dispose]();
  });

  async function disciplines(node: string): Promise<Discipline[]> {
    const [container] = await client.listContainers({ filters: ofNode(plan.lab, node) });
    const image = await tcImageOf(base, process.env);
    const request = { client, image, network: `container:${container?.Id}`, labels: { [labels.lab]: plan.lab } };
    const { exitCode, output } = await runTc(request, ["-j", "qdisc", "show", "dev", "eth0"]);
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/^\[/)]);
    return JSON.parse(output) as Discipline[];
  }

  /** What the kernel at hand can make of `LINK`. */
  const shaped = () => [
    ...(can.rate
      ? [expect.objectContaining({ kind: "tbf", options: expect.objectContaining({ rate: LINK.rate }) })]
      : []),
    ...(can.delay ? [expect.objectContaining({ kind: "netem" })] : []),
  ];

  test("are shaped in the kernel as far as it can, and those of other nodes are left alone", async ({ skip }) => {
    skip(!can.rate && !can.delay, can.lacks);
    expect(await disciplines("leecher-1")).toEqual(expect.arrayContaining(shaped()));
    expect((await disciplines("seeder-1")).map(({ kind }) => kind)).not.toContain("tbf");
    const told = events.filter(({ subject }) => subject.startsWith("link of ")).map(({ subject }) => subject);
    expect(told).toEqual(["link of leecher-1"]);
  });

  test("that the kernel can only shape in part are said to be so, in one line that names what it lacks", () => {
    const [group, ...rest] = plan.input.profile.leechers;
    if (!group) throw new Error("no leechers");
    const profile = { ...plan.input.profile, leechers: [{ ...group, link: LINK }, ...rest] };
    const note = linkNote({ input: { ...plan.input, profile, links: can } });
    if (can.rate && can.delay) return expect(note).toEqual([]);
    expect(note).toHaveLength(1);
    expect(note[0]).not.toContain("\n");
    expect(note[0]).toContain(can.delay ? "no tbf" : "no netem");
  });

  test("are left to the clients, with the reason, where there is no tc and none can be had", async () => {
    if (!engine) return;
    const env = { ...process.env, NODE_IMAGE: "lab-test/none:1" };
    const offline = dockerRuntime({ engine, programs: bench.programs, base, env, offline: true });
    expect(await offline.links?.(plan, {})).toEqual({
      rate: false,
      delay: false,
      lacks: "the image with tc is not here, and building it needs a network",
    });
  });

  test("give no node a capability, and leave no helper behind", async () => {
    const containers = await client.listContainers({ all: true, filters: ofLab(plan.lab) });
    expect(containers).toHaveLength(4);
    for (const { Id } of containers) {
      const { HostConfig: host, Name } = await client.getContainer(Id).inspect();
      expect([host.CapAdd ?? [], host.CapDrop, host.Privileged], Name).toEqual([[], ["ALL"], false]);
    }
  });

  test.for(["stop", "kill"] as const)("are shaped again when a node starts after %s", async (end, { skip }) => {
    skip(!can.rate && !can.delay, can.lacks);
    await runtime.act(plan.lab, "leecher-1", end);
    await runtime.act(plan.lab, "leecher-1", "start");
    expect(await disciplines("leecher-1")).toEqual(expect.arrayContaining(shaped()));
  });

  test("are shaped again by up, which starts what was stopped", async ({ skip }) => {
    skip(!can.rate && !can.delay, can.lacks);
    await runtime.act(plan.lab, "leecher-1", "kill");
    await runtime.up(plan, {});
    expect(await disciplines("leecher-1")).toEqual(expect.arrayContaining(shaped()));
  });

  test("a helper at work is no node of the lab, and down removes what a killed command left of it", async () => {
    const image = await tcImageOf(base, process.env);
    const marks = { [labels.lab]: plan.lab, [labels.run]: plan.run.run, ...ownerMarks(), [labels.schema]: "1" };
    await client.createContainer({ Image: image, Cmd: ["qdisc"], Labels: marks });
    expect((await runtime.nodes(plan.lab)).map(({ name }) => name)).not.toContain("");
    expect((await runtime.labs()).find(({ lab }) => lab === plan.lab)?.nodes).toBe(4);
    expect((await runtime.down(plan.lab, {})).left).toEqual([]);
    expect(await labObjects(client, plan.lab)).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
