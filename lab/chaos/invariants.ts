import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { LabStatus } from "../api/status.ts";
import { LAST_WORDS_SECONDS, START_SECONDS } from "../controller/node-life.ts";
import { docker } from "../e2e/scene.ts";
import { isPeer } from "../swarm/peers.ts";
import { FILE_BYTES, INTERVAL_S, type JournalEvent, type Stage, sha256 } from "./stage.ts";

/**
 * What holds at every moment, by its number in the fault catalogue. @returns the journal until then: of a long run it is
 * large, so it is read once.
 */
export async function checkAlways(stage: Stage): Promise<readonly JournalEvent[]> {
  const status = await stage.status();
  const events = await stage.events();
  if (!status) return events;
  checkCopies(stage, status);
  checkNumbers(stage, status, events);
  await checkLabels(stage);
  await checkStates(stage);
  return events;
}

/** INV1: nothing that is called complete differs from its source. Read from the disk, not asked of the product. */
function checkCopies({ runtime, scene, truth, violations }: Stage, { nodes, torrents }: LabStatus): void {
  if (runtime !== "process") return;
  for (const node of nodes.filter(({ role }) => role === "leecher"))
    for (const { infoHash, state } of node.torrents) {
      const torrent = torrents.find((one) => one.infoHash === infoHash);
      const expected = truth.get(infoHash);
      if (state !== "seeding" || !torrent || !expected || node.state !== "running") continue;
      const found = sha256(join(scene.dir, ".lab", scene.name, "data", node.name, infoHash, torrent.name));
      // It may have been taken away between the picture and the look.
      if (found !== undefined && found !== expected)
        violations.push(`INV1: ${node.name} calls a wrong ${torrent.name} complete`);
    }
}

/**
 * What was received and is not yet known as sent, in bytes: samples of both sides come at their own times, and a peer that
 * ends takes with it what it sent since its last. Peers that are unlimited send a file in that time.
 */
const UNTOLD = { always: 2 * FILE_BYTES, byEnd: FILE_BYTES };

/** INV2 and INV7: counters are sums of what happened, and nobody is above its limits. */
function checkNumbers({ violations }: Stage, { nodes }: LabStatus, events: readonly JournalEvent[]): void {
  const parts = nodes.flatMap(({ torrents }) => torrents);
  const sum = (value: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + value(part), 0);
  const ends = events.filter(({ type, state }) => type === "node" && (state === "stopped" || state === "failed"));
  const received = sum(({ downloaded }) => downloaded);
  const sent = sum(({ uploaded }) => uploaded);
  if (received > sent + UNTOLD.always + UNTOLD.byEnd * ends.length)
    violations.push(`INV2: ${received} bytes were received and ${sent} sent, with ${ends.length} ends of nodes`);
  for (const { downloaded, uploaded, wasted, left, ...speeds } of parts)
    if ([downloaded, uploaded, wasted, left, speeds.downloadSpeed, speeds.uploadSpeed].some((n) => !(n >= 0)))
      violations.push("INV2: a counter or a rate is negative or no number");
  for (const { name, memory } of nodes)
    if (memory !== null && memory > 384 << 20) violations.push(`INV7: ${name} uses ${memory} bytes`);
}

/** INV3: whatever bears the lab's name bears its label. */
async function checkLabels({ runtime, scene, violations }: Stage): Promise<void> {
  if (runtime !== "docker") return;
  for (const kind of [
    ["ps", "-aq"],
    ["network", "ls", "-q"],
    ["volume", "ls", "-q"],
  ]) {
    const named = await docker(...kind, "--filter", `name=${scene.name}`);
    const labelled = new Set((await docker(...kind, "--filter", `label=lab.name=${scene.name}`)).split("\n"));
    for (const id of named.split("\n").filter(Boolean))
      if (!labelled.has(id)) violations.push(`INV3: ${kind[0]} ${id} has no label`);
  }
}

/**
 * INV5: within five seconds what `status` says of a node is what the runtime says. A change that was told and not done,
 * because the command was killed between the two, is noticed only when its time is over.
 */
async function checkStates(stage: Stage): Promise<void> {
  const began = performance.now();
  const overdue = ({ told }: Difference) => performance.now() - began > 1000 * (5 + (undoneSeconds[told] ?? 0));
  let differing = await differences(stage);
  while (differing.length > 0 && !differing.some(overdue)) {
    await delay(500);
    differing = await differences(stage);
  }
  for (const { node, told, now } of differing)
    stage.violations.push(`INV5: status calls ${node} ${told}, the runtime ${now}`);
}

const ended = ["stopped", "failed", "created"];

/** After which the controller notices that a change it was told of was not done. */
const { stopped, failed } = LAST_WORDS_SECONDS;
const undoneSeconds: Record<string, number> = { starting: START_SECONDS, stopped, failed };

interface Difference {
  readonly node: string;
  readonly told: string;
  readonly now: string;
}

async function differences(stage: Stage): Promise<Difference[]> {
  const [ps, status] = [await stage.lab("ps", "--json"), await stage.status()];
  if (ps.code !== 0 || !status) return [];
  stage.compared.times += 1;
  const real = (JSON.parse(ps.stdout) as { nodes: { name: string; state: string }[] }).nodes;
  return status.nodes.flatMap(({ name, state }) => {
    const now = real.find((node) => node.name === name)?.state ?? "stopped";
    const same = now === state || (ended.includes(now) && ended.includes(state));
    // Its process runs, and it has not said hello.
    const onItsWay = now === "running" && state === "starting";
    return same || onItsWay ? [] : [{ node: name, told: state, now }];
  });
}

/** What has to be seen for a run to have tested anything, by the journal's lines. */
export const sometimes: Record<string, (line: JournalEvent) => boolean> = {
  "a hash failure": ({ type }) => type === "hash-failed",
  "a ban": ({ type }) => type === "banned",
  "a choke": ({ type }) => type === "choke",
  "a second announce": ({ type, event }) => type === "announce" && event === "update",
  "a node that failed": ({ type, state }) => type === "node" && state === "failed",
  "a copy that was completed": ({ type, event }) => type === "announce" && event === "completed",
};

/** Seconds that the tracker's slack, its sweep and the report of it take on a busy machine. */
const SWEPT_S = 5;

/** INV6: within two intervals the tracker lists nobody any more who is gone without a word. */
export async function checkTrackerList(stage: Stage): Promise<void> {
  const deadline = performance.now() + 1000 * (2 * INTERVAL_S + SWEPT_S);
  let excess = excessOf(await stage.status());
  while (excess !== undefined && performance.now() < deadline) {
    await delay(500);
    excess = excessOf(await stage.status());
  }
  if (excess !== undefined) stage.violations.push(`INV6: ${excess}`);
}

function excessOf(status: LabStatus | undefined): string | undefined {
  if (!status) return undefined;
  const { nodes, tracker, torrents } = status;
  const live = nodes.filter((node) => isPeer(node) && node.state === "running").length;
  const listed = tracker.complete + tracker.incomplete;
  return listed > live * torrents.length
    ? `the tracker lists ${listed} of ${live} peers with ${torrents.length} torrents`
    : undefined;
}
