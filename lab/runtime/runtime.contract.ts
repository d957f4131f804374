import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RuntimeKind } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { type Bench, freePort, openBench } from "./contract-lab.ts";
import type { LogLine, NodeReport, Runtime, RuntimeEvent } from "./runtime.ts";

/** A runtime under test. */
export interface Subject {
  readonly kind: RuntimeKind;
  /** A runtime that runs the programs in this folder; every call is another `lab` command that knows of no other. */
  create(programs: string): Runtime;
  /** Starts something that looks like a part of the lab but is not; says whether it still runs, and ends it. */
  foreign(lab: string): Promise<Foreign>;
  /** Removes what running these programs has left for the next time, such as an image. */
  forget?(programs: string): Promise<void>;
}

interface Foreign {
  runs(): Promise<boolean>;
  end(): Promise<void>;
}

/** What every runtime owes. @param subject is asked for once, before the first case. */
export function runtimeContract(name: string, subject: () => Promise<Subject> | Subject): void {
  describe(`${name} as a runtime`, { timeout: 60_000 }, () => {
    let it: Subject;
    let bench: Bench;
    let runtime: Runtime;
    const started = new Set<string>();
    const plan = (lab: string, leechers: readonly string[], run?: string) => {
      const made = bench.plan(lab, leechers, run);
      started.add(made.lab);
      return made;
    };

    beforeAll(async () => {
      it = await subject();
      bench = await openBench(it.kind);
      runtime = it.create(bench.programs);
    }, 60_000);

    afterEach(async () => {
      for (const lab of started) await runtime.down(lab, {});
      started.clear();
    }, 60_000);

    afterAll(async () => {
      await it.forget?.(bench.programs);
      bench?.[Symbol.dispose]();
    });

    test("up starts every node of the plan, and its token is there for it alone", async () => {
      const wanted = plan("start", ["leecher-1", "leecher-2"]);
      const events: RuntimeEvent[] = [];
      await runtime.up(wanted, { progress: (event) => events.push(event) });
      const nodes = await runtime.nodes(wanted.lab);
      expect(nodes.map(({ name, role, run, state }) => [name, role, run, state])).toEqual([
        ["controller", "controller", "r1", "running"],
        ["leecher-1", "leecher", "r1", "running"],
        ["leecher-2", "leecher", "r1", "running"],
        ["seeder-1", "seeder", "r1", "running"],
        ["tracker", "tracker", "r1", "running"],
      ]);
      expect(nodes.every(({ uptime, exitCode }) => uptime !== null && uptime >= 0 && exitCode === null)).toBe(true);
      for (const { name } of wanted.nodes) expect(events).toContainEqual(partly("start", name));
      expect(await firstLine(runtime, wanted.lab, "leecher-1")).toBe("up leecher-1 boot=1 token=OK");
      expect(await firstLine(runtime, wanted.lab, "tracker")).toBe("up tracker boot=1 token=OK");
    });

    test("up again changes nothing; with another plan it changes the difference only", async () => {
      const wanted = plan("again", ["leecher-1", "leecher-2"]);
      await runtime.up(wanted, {});
      await it.create(bench.programs).up(wanted, {});
      expect(await boots(runtime, wanted.lab)).toEqual(once(wanted.nodes));

      const other = plan("again", ["leecher-1", "leecher-3"]);
      await runtime.up(other, {});
      expect(await boots(runtime, wanted.lab)).toEqual(once(other.nodes));
    });

    test("up starts again what has stopped, with its downloads, and runs on what is paused", async () => {
      const wanted = plan("revive", ["leecher-1", "leecher-2"]);
      await runtime.up(wanted, {});
      await firstLine(runtime, wanted.lab, "leecher-1");
      await runtime.act(wanted.lab, "leecher-1", "kill");
      await runtime.act(wanted.lab, "leecher-2", "pause");
      await runtime.up(wanted, {});
      expect(states(await runtime.nodes(wanted.lab))).toMatchObject({ "leecher-1": "running", "leecher-2": "running" });
      await line(runtime, wanted.lab, "leecher-1", /boot=2/);
      expect((await boots(runtime, wanted.lab))["leecher-2"]).toBe(1);
    });

    test("up of some nodes starts these and no others, and still removes what is not in the plan", async () => {
      const all = ["leecher-1", "leecher-2", "leecher-3"];
      const wanted = plan("some", all);
      await runtime.up(wanted, {});
      await runtime.act(wanted.lab, "leecher-1", "kill");
      await runtime.act(wanted.lab, "leecher-2", "kill");
      await runtime.up(plan("some", ["leecher-1", "leecher-2", "leecher-4"]), { only: ["leecher-1", "leecher-4"] });
      expect(states(await runtime.nodes(wanted.lab))).toEqual({
        controller: "running",
        tracker: "running",
        "seeder-1": "running",
        "leecher-1": "running",
        "leecher-2": "failed",
        "leecher-4": "running",
      });
      await runtime.up(plan("some", ["leecher-2"]), { only: [] });
      expect(Object.keys(states(await runtime.nodes(wanted.lab)))).toEqual([
        "controller",
        "leecher-2",
        "seeder-1",
        "tracker",
      ]);
    });

    test("who leaves the plan takes its downloads along: a node of its name begins anew", async () => {
      const wanted = plan("leave", ["leecher-1", "leecher-2"]);
      const first = "up leecher-2 boot=1 token=OK";
      const starts = async () => {
        const lines = await collect(runtime.logs(wanted.lab, { follow: false, node: "leecher-2" }));
        return lines.map(({ text }) => text).filter((text) => text.startsWith("up "));
      };
      await runtime.up(wanted, {});
      await firstLine(runtime, wanted.lab, "leecher-2");
      await runtime.up(plan("leave", ["leecher-1"]), { only: [] });
      await runtime.up(plan("leave", ["leecher-1", "leecher-2"]), { only: ["leecher-2"] });
      // A container takes also its log along.
      const both = it.kind === "docker" ? [first] : [first, first];
      await until(async () => (await starts()).length === both.length);
      expect(await starts()).toEqual(both);
      await runtime.down(wanted.lab, {});
    });

    test("a new run of the same lab replaces what is left of the old one", async () => {
      const old = plan("rerun", ["leecher-1"], "r1");
      await runtime.up(old, {});
      const wanted = plan("rerun", ["leecher-1"], "r2");
      await runtime.up(wanted, {});
      const nodes = await runtime.nodes(wanted.lab);
      expect(nodes.map(({ run, state }) => [run, state])).toEqual(wanted.nodes.map(() => ["r2", "running"]));
      expect(await firstLine(runtime, wanted.lab, "leecher-1")).toContain("boot=1");
    });

    test("a node is stopped, started, killed, paused, unpaused and removed by name", async () => {
      const { lab } = plan("act", ["leecher-1", "leecher-2"]);
      await runtime.up(bench.plan("act", ["leecher-1", "leecher-2"]), {});
      const of = async (name: string) => (await runtime.nodes(lab)).find((node) => node.name === name);
      await firstLine(runtime, lab, "leecher-1");

      await runtime.act(lab, "leecher-1", "stop");
      expect(await of("leecher-1")).toMatchObject({
        state: "stopped",
        exitCode: 143,
        uptime: null,
        outOfMemory: false,
      });
      await runtime.act(lab, "leecher-1", "start");
      expect(await of("leecher-1")).toMatchObject({ state: "running", exitCode: null });
      await line(runtime, lab, "leecher-1", /boot=2/);

      await runtime.act(lab, "leecher-1", "pause");
      expect(await of("leecher-1")).toMatchObject({ state: "paused" });
      await runtime.act(lab, "leecher-1", "unpause");
      expect(await of("leecher-1")).toMatchObject({ state: "running" });

      await runtime.act(lab, "leecher-1", "kill");
      expect(await of("leecher-1")).toMatchObject({ state: "failed", exitCode: 137 });

      await runtime.act(lab, "leecher-1", "remove");
      expect(await of("leecher-1")).toBeUndefined();
      expect(await of("leecher-2")).toMatchObject({ state: "running" });
      await runtime.up(bench.plan("act", ["leecher-1", "leecher-2"]), {});
      expect(await firstLine(runtime, lab, "leecher-1")).toBe("up leecher-1 boot=1 token=OK");
    });

    test("what is so already is fine, a paused node can be stopped and killed, an unknown one is an error", async () => {
      const { lab } = plan("twice", ["leecher-1"]);
      await runtime.up(bench.plan("twice", ["leecher-1"]), {});
      for (const action of ["start", "pause", "pause", "stop", "stop", "kill", "start", "pause", "kill"] as const) {
        await runtime.act(lab, "leecher-1", action);
      }
      expect(states(await runtime.nodes(lab))).toMatchObject({ "leecher-1": "failed" });
      const error = await runtime.act(lab, "leecher-9", "stop").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LabError);
      expect(error).toMatchObject({ kind: "usage", hint: expect.stringContaining("leecher-1") });
    });

    test("a node that fails at once is reported with its exit code and its last words", async () => {
      const { lab } = plan("broken", ["broken-1"]);
      await runtime.up(bench.plan("broken", ["broken-1"]), {});
      await line(runtime, lab, "broken-1", /broken on purpose/);
      await until(async () => states(await runtime.nodes(lab))["broken-1"] === "failed");
      expect((await runtime.nodes(lab)).find(({ name }) => name === "broken-1")).toMatchObject({ exitCode: 3 });
      expect(states(await runtime.nodes(lab))).toMatchObject({ controller: "running", tracker: "running" });
    });

    test("logs are one node's or everyone's, the last lines only, or followed until told to stop", async () => {
      const { lab } = plan("logs", ["leecher-1"]);
      await runtime.up(bench.plan("logs", ["leecher-1"]), {});
      for (const { name } of await runtime.nodes(lab)) await firstLine(runtime, lab, name);
      await line(runtime, lab, "leecher-1", /^beat 3$/);
      const all = await collect(runtime.logs(lab, { follow: false }));
      expect(new Set(all.map(({ node }) => node))).toEqual(new Set(["controller", "tracker", "seeder-1", "leecher-1"]));
      const own = all.filter(({ node }) => node === "leecher-1").map(({ text }) => text);
      expect(own.slice(0, 4)).toEqual(["up leecher-1 boot=1 token=OK", "beat 1", "beat 2", "beat 3"]);

      const last = await collect(runtime.logs(lab, { follow: false, node: "seeder-1", tail: 1 }));
      expect(last).toEqual([{ node: "seeder-1", text: expect.stringMatching(/^(up|beat) /) }]);

      const followed = await follow(runtime, lab, ({ text }) => text === "beat 6");
      expect(followed.map(({ text }) => text)).toEqual([
        "up leecher-1 boot=1 token=OK",
        ...[1, 2, 3, 4, 5, 6].map((beat) => `beat ${beat}`),
      ]);
      await expect(collect(runtime.logs(lab, { follow: false, node: "nobody" }))).rejects.toThrow(LabError);
    });

    test("followed logs go on over a restart and end with the lab", async () => {
      const { lab } = plan("follow", ["leecher-1"]);
      await runtime.up(bench.plan("follow", ["leecher-1"]), {});
      await firstLine(runtime, lab, "leecher-1");
      const lines: string[] = [];
      const reading = (async () => {
        for await (const { text } of runtime.logs(lab, { node: "leecher-1", follow: true })) {
          if (text.startsWith("up")) lines.push(text);
        }
      })();
      await until(async () => lines.length === 1);
      await runtime.act(lab, "leecher-1", "kill");
      await runtime.act(lab, "leecher-1", "start");
      await until(async () => lines.length === 2);
      await runtime.down(lab, {});
      await reading;
      expect(lines).toEqual(["up leecher-1 boot=1 token=OK", "up leecher-1 boot=2 token=OK"]);
    });

    test("followed logs of all nodes show also those that join later, and end with the lab", async () => {
      const { lab } = plan("joins", ["leecher-1"]);
      await runtime.up(bench.plan("joins", ["leecher-1"]), {});
      const heard = new Set<string>();
      const reading = (async () => {
        for await (const { node } of runtime.logs(lab, { follow: true })) heard.add(node);
      })();
      await until(async () => heard.has("leecher-1"));
      await runtime.up(plan("joins", ["leecher-1", "leecher-2"]), { only: ["leecher-2"] });
      await until(async () => heard.has("leecher-2"));
      await runtime.down(lab, {});
      await reading;
    });

    test("an aborted up rejects with the reason, and down leaves nothing of it", async () => {
      const leechers = ["leecher-1", "leecher-2", "leecher-3", "leecher-4"];
      const { lab } = plan("abort", leechers);
      let all = 0;
      await runtime.up(bench.plan("abort", leechers), { progress: ({ phase }) => (all += Number(phase !== "build")) });
      await runtime.down(lab, {});
      for (const share of [0, 1 / 3, 2 / 3]) {
        const abort = new AbortController();
        const reason = new Error("enough");
        let left = Math.floor(share * all);
        const progress = ({ phase }: RuntimeEvent) => {
          if (phase !== "build" && left-- === 0) abort.abort(reason);
        };
        const up = runtime.up(bench.plan("abort", leechers), { signal: abort.signal, progress });
        await expect(up, `after ${share} of it`).rejects.toBe(reason);
        const removed = await runtime.down(lab, {});
        expect(removed.left, `after ${share} of it`).toEqual([]);
        expect(await runtime.nodes(lab)).toEqual([]);
        expect((await runtime.labs()).map((one) => one.lab)).not.toContain(lab);
      }
    });

    test("an up that is aborted before it begins starts nothing", async () => {
      const wanted = plan("never", ["leecher-1"]);
      await expect(runtime.up(wanted, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
      expect(await runtime.nodes(wanted.lab)).toEqual([]);
    });

    test("down counts what it removed; again, or of an unknown lab, it finds nothing", async () => {
      const wanted = plan("down", ["leecher-1", "leecher-2"]);
      await runtime.up(wanted, {});
      await runtime.act(wanted.lab, "leecher-2", "pause");
      expect(await runtime.down(wanted.lab, {})).toMatchObject({ nodes: 5, left: [] });
      const nothing = { nodes: 0, networks: 0, volumes: 0, left: [] };
      expect(await runtime.down(wanted.lab, {})).toEqual(nothing);
      expect(await runtime.down(`${bench.prefix}-none`, {})).toEqual(nothing);
      expect(await runtime.nodes(wanted.lab)).toEqual([]);
      await expect(collect(runtime.logs(wanted.lab, { follow: false }))).resolves.toEqual([]);
    });

    test("down works from another process after the lab's folder was lost", async () => {
      using lost = await openBench(it.kind);
      const wanted = lost.plan("lost", ["leecher-1"]);
      await it.create(lost.programs).up(wanted, {});
      rmSync(lost.dir, { recursive: true, force: true });
      const other = it.create(bench.programs);
      expect(await other.down(wanted.lab, {})).toMatchObject({ nodes: 4, left: [] });
      expect(await other.nodes(wanted.lab)).toEqual([]);
    });

    test("down touches nothing that is not the lab's", async () => {
      const wanted = plan("foreign", ["leecher-1"]);
      const foreign = await it.foreign(wanted.lab);
      try {
        await runtime.up(wanted, {});
        expect((await runtime.down(wanted.lab, {})).left).toEqual([]);
        expect(await foreign.runs()).toBe(true);
      } finally {
        await foreign.end();
      }
    });

    test("two labs run side by side; one goes down, the other goes on", async () => {
      const [a, b] = [plan("a", ["leecher-1"]), plan("b", ["leecher-1"])];
      const second = { ...b, port: await otherPort(a.port) };
      await Promise.all([runtime.up(a, {}), runtime.up(second, {})]);
      const mine = (await runtime.labs()).filter(({ lab }) => lab === a.lab || lab === b.lab);
      const report = { run: "r1", runtime: it.kind, dir: bench.dir, origin: "lab", running: 4, nodes: 4 };
      expect(mine).toEqual([
        { ...report, lab: a.lab },
        { ...report, lab: b.lab },
      ]);
      await runtime.down(a.lab, {});
      expect(await boots(runtime, b.lab)).toEqual(once(b.nodes));
      expect(Object.values(states(await runtime.nodes(b.lab)))).toEqual(["running", "running", "running", "running"]);
      expect((await runtime.labs()).map(({ lab }) => lab)).not.toContain(a.lab);
    });
  });
}

const partly = (phase: RuntimeEvent["phase"], subject: string) =>
  expect.objectContaining({ phase, subject, done: true });

const states = (nodes: readonly NodeReport[]) => Object.fromEntries(nodes.map(({ name, state }) => [name, state]));

/** One start each. */
const once = (nodes: readonly { readonly name: string }[]) => Object.fromEntries(nodes.map(({ name }) => [name, 1]));

/** How often each node has started, by its log; every node has a first line once it answers. */
async function boots(runtime: Runtime, lab: string): Promise<Record<string, number>> {
  const nodes = await runtime.nodes(lab);
  await Promise.all(nodes.map(({ name }) => firstLine(runtime, lab, name)));
  const counts: Record<string, number> = {};
  for await (const { node, text } of runtime.logs(lab, { follow: false })) {
    if (text.startsWith("up ")) counts[node] = (counts[node] ?? 0) + 1;
  }
  return counts;
}

const firstLine = (runtime: Runtime, lab: string, node: string) => line(runtime, lab, node, /^up /);

/** The first line of a node that matches, once it is written. */
async function line(runtime: Runtime, lab: string, node: string, pattern: RegExp): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  for await (const { text } of runtime.logs(lab, { node, follow: true, signal })) if (pattern.test(text)) return text;
  throw new Error(`${node} did not write ${pattern}`);
}

/** Lines of leecher-1 until one ends it; the signal has to end the iteration. */
async function follow(runtime: Runtime, lab: string, last: (line: LogLine) => boolean): Promise<LogLine[]> {
  const stop = new AbortController();
  const lines: LogLine[] = [];
  for await (const one of runtime.logs(lab, { node: "leecher-1", follow: true, signal: stop.signal })) {
    if (stop.signal.aborted) continue;
    lines.push(one);
    if (last(one)) stop.abort();
  }
  return lines;
}

async function collect(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const one of lines) all.push(one);
  return all;
}

/** Asks until it is so; the case's time-out is the limit. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(20);
}

async function otherPort(taken: number): Promise<number> {
  const port = await freePort();
  return port === taken ? otherPort(taken) : port;
}
