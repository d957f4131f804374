import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { writeNodeEnvironment } from "../../lab/api/environment.ts";
import type { Fact, Sample } from "../../lab/api/facts.ts";
import type { JournalLine, JournalLineOf } from "../../lab/api/journal.ts";
import type { RunPlan } from "../../lab/api/run-plan.ts";
import { untilBeat } from "../../lab/node/beat.ts";
import { type ControllerLink, connectToController } from "../../lab/node/link.ts";
import { nodeFlags, nodeVariables } from "../../lab/plan/node-flags.ts";
import type { Program } from "../../lab/plan/plan.ts";
import type { SimulatedSwarm } from "../../lab/web/testing/simulated-swarm.ts";

/** The real controller and web node as processes, fed by nodes of a simulated swarm that speak the node protocol. */
export interface FedLab {
  readonly origin: string;
  readonly secrets: { readonly admin: string; readonly viewer: string };
  readonly controller: ChildProcess;
  readonly web: ChildProcess;
  /** Lets seconds of the swarm pass at once. */
  skip(seconds: number): Promise<void>;
  /** Lets seconds of the swarm pass in real time, each node at its own moments of the second; samples are on a beat. */
  play(seconds: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type NodeLine = JournalLine & (Fact | Sample);

const BUNDLE = join(import.meta.dirname, "../../.build/node");
const MIB = 1024 ** 2;
/** Reports of one node are told in so many messages a second. */
const PARTS = 4;
const AT_ONCE = 2000;

export async function openFedLab(swarm: SimulatedSwarm): Promise<FedLab> {
  const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
  const secrets = { admin: "admin-of-the-bench", viewer: "viewer-of-the-bench" };
  const start = swarm.start();
  const plan = planOf(start);
  writeFiles(folder, plan, secrets);
  const controller = startProgram("controller", folder, plan.run, 512 * MIB, {});
  const url = await addressOf(controller);
  const nodes = await connectNodes(url, folder, start);
  const web = startProgram("web", folder, plan.run, 256 * MIB, { controller: url });
  const origin = await addressOf(web);
  await tellAtOnce(nodes, start);
  return {
    ...{ origin, secrets, controller, web },
    async skip(seconds) {
      for (let second = 0; second < seconds; second += 1) await tellAtOnce(nodes, swarm.run(1));
    },
    async play(seconds) {
      const begin = performance.now();
      for (let second = 0; second < seconds; second += 1) {
        playSecond(nodes, swarm.run(1));
        await delay(Math.max(0, begin + (second + 1) * 1000 - performance.now()));
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...nodes.values()].map((node) => node.link.close()));
      for (const child of [web, controller]) child.kill();
      await Promise.all([web, controller].map((child) => child.exitCode ?? once(child, "exit")));
      rmSync(folder, { recursive: true });
    },
  };
}

function planOf(start: readonly JournalLine[]): RunPlan {
  const run = start.find((line): line is JournalLineOf<"run"> => line.type === "run");
  if (!run) throw new Error("a simulated swarm begins with what the run is about");
  const peers = run.nodes.flatMap(({ node, role, group, settings, seeds, fetches }) =>
    (role === "seeder" || role === "leecher") && settings && "slots" in settings
      ? [{ ...{ name: node, role, group, settings, seeds, fetches }, joinAt: 0, lingerAfterComplete: null }]
      : [],
  );
  const { lab, runtime, profile, tracker, torrents } = run;
  return { ...{ lab, run: run.run, runtime, profile, tracker, torrents, peers }, web: false };
}

function writeFiles(folder: string, plan: RunPlan, secrets: Readonly<Record<string, string>>): void {
  const run = join(folder, "runs", plan.run);
  mkdirSync(join(run, "torrents"), { recursive: true });
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(run, "plan.json"), JSON.stringify(plan));
  const tokens = { ...secrets, "node-tracker": "tracker-of-the-bench" };
  const peers = plan.peers.map(({ name }) => [`node-${name}`, `${name}-of-the-bench`]);
  for (const [name, token] of [...Object.entries(tokens), ...peers])
    writeFileSync(join(folder, "secrets", `${name}`), `${token}`);
}

/** As the process runtime starts it. */
function startProgram(
  program: Program,
  folder: string,
  run: string,
  memory: number,
  more: { controller?: string },
): ChildProcess {
  const places = { runs: join(folder, "runs"), secrets: join(folder, "secrets") };
  const env = writeNodeEnvironment({ lab: "simulated", run, host: "127.0.0.1", port: 0, ...places, ...more });
  return spawn(process.execPath, [...nodeFlags({ program, memory }), join(BUNDLE, `${program}.mjs`)], {
    env: { ...nodeVariables, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Both programs say in their first line where they listen. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("its output is not piped");
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    child.stdout.resume();
    if (url) return url;
  }
  throw new Error("the program ended before it listened");
}

interface FedNode {
  readonly link: ControllerLink;
  /** Puts peer ids for names, as nodes name each other. */
  readonly idOf: (name: string) => string;
  /** Where in a part of a second this node reports, 0–1. */
  readonly phase: number;
}

async function connectNodes(
  url: string,
  folder: string,
  start: readonly JournalLine[],
): Promise<ReadonlyMap<string, FedNode>> {
  const hellos = start.filter((line): line is JournalLineOf<"node"> => line.type === "node");
  const ids = new Map(hellos.map(({ node, peerId }) => [node, peerId ?? ""]));
  const idOf = (name: string) => ids.get(name) ?? name;
  const nodes = new Map<string, FedNode>();
  for (const [index, hello] of hellos.entries()) {
    const link = await connectNode(url, folder, hello);
    nodes.set(hello.node, { link, idOf, phase: index / hellos.length });
  }
  return nodes;
}

function connectNode(url: string, folder: string, hello: JournalLineOf<"node">): Promise<ControllerLink> {
  const { node, role = "leecher", client = "", peerId } = hello;
  return new Promise((resolve, reject) => {
    const link = connectToController({
      environment: { controller: url, tokenFile: join(folder, "secrets", `node-${node}`), node },
      hello: { role, client, port: 6881, ...(peerId === undefined ? {} : { peerId }) },
      onWelcome: () => resolve(link),
      onCommand: () => undefined,
      onRefused: (reason) => reject(new Error(reason)),
    });
  });
}

/** What nodes report of the next second, spread over it. */
function playSecond(nodes: ReadonlyMap<string, FedNode>, lines: readonly JournalLine[]): void {
  for (const [name, node] of nodes) {
    const own = lines.filter((line) => line.node === name);
    const part = Math.ceil(own.length / PARTS);
    for (let at = 0; at < PARTS && at * part < own.length; at += 1)
      setTimeout(
        () => {
          for (const line of own.slice(at * part, (at + 1) * part)) {
            if (line.type === "sample") setTimeout(() => tell(nodes, line), untilBeat());
            else tell(nodes, line);
          }
        },
        ((at + node.phase) / PARTS) * 1000,
      );
  }
}

/** As fast as the controller's journal takes it. */
async function tellAtOnce(nodes: ReadonlyMap<string, FedNode>, lines: readonly JournalLine[]): Promise<void> {
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    for (const line of lines.slice(at, at + AT_ONCE)) tell(nodes, line);
    await delay(100);
  }
}

function tell(nodes: ReadonlyMap<string, FedNode>, line: JournalLine): void {
  const node = nodes.get(line.node);
  if (!node || !isReport(line)) return;
  const { v: _v, run: _run, seq: _seq, t: _t, node: _node, ...report } = line;
  if (report.type === "sample") return node.link.sample(sampleWithIds(report, node.idOf));
  node.link.facts([factWithIds(report, node.idOf)]);
}

function isReport(line: JournalLine): line is NodeLine {
  return !["node", "run", "release"].includes(line.type);
}

function sampleWithIds(sample: Sample, idOf: FedNode["idOf"]): Sample {
  const torrents = sample.torrents.map((torrent) => ({
    ...torrent,
    peers: torrent.peers.map(([peer, ...rest]): (typeof torrent.peers)[number] => [idOf(peer), ...rest]),
  }));
  return { ...sample, torrents };
}

function factWithIds(fact: Fact, idOf: FedNode["idOf"]): Fact {
  if ("from" in fact) return { ...fact, from: fact.from.map(({ peer, bytes }) => ({ peer: idOf(peer), bytes })) };
  return "peer" in fact ? { ...fact, peer: idOf(fact.peer) } : fact;
}
