import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { docker } from "../e2e/scene.ts";
import { findByEnvironment } from "../runtime/system.ts";
import { FILES, LEECHERS, PROFILE, type Stage } from "./stage.ts";

/** One thing that goes wrong, or that somebody does at a bad moment. */
interface Fault {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** `false` where it cannot be done here. */
  readonly possible?: (stage: Stage) => boolean;
  readonly strike: (stage: Stage) => Promise<unknown>;
}

const leecher = ({ random }: Stage) => `leecher-${1 + random.below(LEECHERS)}`;
const anybody = (stage: Stage) => stage.random.pick([leecher(stage), leecher(stage), "seeder-1", "poisoner-1"]);

export const faults: readonly Fault[] = [
  { name: "kill a peer", weight: 3, strike: (stage) => stage.lab("kill", anybody(stage)) },
  { name: "stop a peer", weight: 2, strike: (stage) => stage.lab("stop", anybody(stage)) },
  { name: "start everybody", weight: 5, strike: startEverybody },
  { name: "pause a peer", weight: 2, strike: (stage) => stage.lab("pause", anybody(stage)) },
  { name: "cut the swarm", weight: 2, strike: cut },
  { name: "heal", weight: 2, strike: (stage) => stage.lab("heal") },
  { name: "restart the tracker", weight: 1, strike: (stage) => stage.lab("restart", "tracker") },
  { name: "kill and start the tracker", weight: 1, strike: killTracker },
  {
    name: "change a source and make its torrent",
    weight: 2,
    strike: (stage) => stage.edit(stage.random.pick(FILES), true),
  },
  {
    name: "change a source and tell nobody",
    weight: 1,
    strike: (stage) => stage.edit(stage.random.pick(FILES), false),
  },
  { name: "make torrents", weight: 1, strike: (stage) => stage.lab("retorrent") },
  { name: "turn knobs", weight: 2, strike: turnKnobs },
  { name: "make a peer bad", weight: 1, strike: makeBad },
  { name: "make it honest", weight: 1, strike: (stage) => stage.lab("set", "leecher", "--behaviour", "honest") },
  { name: "take a leecher away and let it in again", weight: 2, strike: replace },
  { name: "fill a disk", weight: 2, possible: hasSmallDisk, strike: fillDisk },
  { name: "empty the disk", weight: 2, possible: hasSmallDisk, strike: emptyDisk },
  { name: "end a node behind the lab's back", weight: 2, strike: endBehindItsBack },
  { name: "interrupt a command", weight: 2, strike: interruptCommand },
  { name: "take the lab down and interrupt its start", weight: 0.3, strike: interruptStart },
];

export async function strike(stage: Stage): Promise<string> {
  const possible = faults.filter((fault) => fault.possible?.(stage) ?? true);
  let left = (stage.random.below(1e6) / 1e6) * possible.reduce((sum, { weight }) => sum + weight, 0);
  const fault =
    possible.find(({ weight }) => {
      left -= weight;
      return left < 0;
    }) ?? stage.random.pick(possible);
  stage.log(fault.name);
  await fault.strike(stage);
  return fault.name;
}

/** Whatever was done to them. */
export async function startEverybody(stage: Stage): Promise<void> {
  const ps = await stage.lab("ps", "--json");
  if (ps.code !== 0) return void (await stage.up());
  const nodes = (JSON.parse(ps.stdout) as { nodes: { name: string; state: string }[] }).nodes;
  const idle = nodes.filter(({ state }) => state !== "running").map(({ name }) => name);
  if (idle.length > 0) await stage.lab("start", ...idle);
}

async function cut(stage: Stage): Promise<void> {
  const names = ["seeder-1", "poisoner-1", ...Array.from({ length: LEECHERS }, (_, i) => `leecher-${i + 1}`)];
  const left = names.filter(() => stage.random.chance(0.5));
  const right = names.filter((name) => !left.includes(name));
  if (left.length > 0 && right.length > 0) await stage.lab("cut", left.join(","), right.join(","));
}

async function killTracker(stage: Stage): Promise<void> {
  await stage.lab("kill", "tracker");
  await delay(1000 * stage.random.below(8));
  await stage.lab("start", "tracker");
}

function turnKnobs(stage: Stage) {
  const { random } = stage;
  const knob = random.pick([
    ["--slots", String(1 + random.below(4))],
    ["--strategy", random.pick(["rarest", "sequential"])],
    ["--up", random.pick(["64KiB/s", "1MiB/s", "unlimited"])],
    ["--max-peers", String(2 + random.below(20))],
  ]);
  return stage.lab("set", random.pick(["leecher", leecher(stage)]), ...knob);
}

function makeBad(stage: Stage) {
  return stage.lab("set", leecher(stage), "--behaviour", stage.random.pick(["freeride", "silent", "slow", "poison"]));
}

async function replace(stage: Stage): Promise<void> {
  // The one with a disk of its own stays: taking it away would take its folder.
  const name = `leecher-${2 + stage.random.below(LEECHERS - 1)}`;
  await stage.lab("rm", name);
  await stage.up();
}

function hasSmallDisk({ smallDisks }: Stage): boolean {
  return smallDisks.size > 0;
}

const FILLER = "filler";

async function fillDisk({ smallDisks }: Stage): Promise<void> {
  for (const folder of smallDisks.values()) {
    for (let size = 16 << 20; size >= 4096; size /= 2) {
      try {
        writeFileSync(join(folder, FILLER), Buffer.alloc(size), { flag: "a" });
      } catch {
        // Full: what fits in less is tried next.
      }
    }
  }
}

export async function emptyDisk({ smallDisks }: Stage): Promise<void> {
  for (const folder of smallDisks.values()) rmSync(join(folder, FILLER), { force: true });
}

/** What torrents that are not shared any more left behind, which a user would delete. */
export async function makeRoom(stage: Stage): Promise<void> {
  const shared = new Set((await stage.status())?.torrents.map(({ infoHash }) => infoHash));
  if (shared.size === 0) return;
  for (const folder of stage.smallDisks.values())
    for (const entry of readdirSync(folder))
      if (!shared.has(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
}

/** `docker rm -f`, or SIGKILL to a process of the node. */
async function endBehindItsBack(stage: Stage): Promise<void> {
  const node = anybody(stage);
  const { name } = stage.scene;
  if (stage.runtime === "docker") {
    const ids = await docker("ps", "-aq", "--filter", `label=lab.name=${name}`, "--filter", `label=lab.node=${node}`);
    for (const id of ids.split("\n").filter(Boolean)) await docker("rm", "-f", id).catch(() => {});
    return;
  }
  for (const { pid, env } of findByEnvironment(["LAB_NAME", "LAB_NODE"]))
    if (env.LAB_NAME === name && env.LAB_NODE === node) process.kill(pid, "SIGKILL");
}

/** Flags of a `lab up` that stays and follows. */
const attached = ({ runtime }: Stage) => ["--plain", "--profile", PROFILE, "--runtime", runtime];

/** A command that changes the lab is ended in the middle, by Ctrl-C or by SIGKILL. */
async function interruptCommand(stage: Stage): Promise<void> {
  const { random, scene } = stage;
  const args = random.pick([
    ["up", ...attached(stage)],
    ["retorrent"],
    ["restart", leecher(stage)],
    ["scale", `leecher=${LEECHERS}`],
    ["status", "--json"],
    ["wait"],
  ]);
  const { child, outcome } = scene.start(...args, "--name", scene.name);
  await delay(random.below(2500));
  child.kill(random.pick(["SIGINT", "SIGTERM", "SIGKILL"]));
  const late = delay(20_000, "late" as const, { ref: false });
  if ((await Promise.race([outcome, late])) !== "late") return;
  child.kill("SIGKILL");
  stage.violations.push(`lab ${args.join(" ")} did not end within 20 s of a signal`);
}

/** Down, up with Ctrl-C at some moment, which leaves nothing; then up again. */
async function interruptStart(stage: Stage): Promise<void> {
  const { random, scene } = stage;
  stage.giveDisksBack();
  await stage.lab("down");
  const { child, outcome } = scene.start("up", ...attached(stage), "--name", scene.name);
  await delay(random.below(6000));
  child.kill("SIGINT");
  const late = delay(30_000, "late" as const, { ref: false });
  const ended = await Promise.race([outcome, late]);
  if (ended === "late") stage.violations.push("lab up did not end within 30 s of Ctrl-C");
  const left = await scene.leftovers();
  if (left.length > 0) stage.violations.push(`Ctrl-C in lab up left ${left.join(", ")}`);
  await stage.up();
}
