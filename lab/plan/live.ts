import type { PlannedPeer } from "../api/run-plan.ts";
import type { PeerSettings } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { groupNamed, makePlan } from "./make-plan.ts";
import type { LabPlan, LiveChanges, PlanInput } from "./plan.ts";

/** Changes of a running lab, each as the plan's new input. All throw usage errors for what makes no sense. */

/** `lab scale GROUP=N …`: who is there stays, new ones get the next numbers, and the highest numbers go first. */
export function scaled(plan: LabPlan, scale: Readonly<Record<string, number>>): Partial<PlanInput> {
  let live = plan.input.live;
  for (const [asked, count] of Object.entries(scale)) {
    const group = groupNamed(plan.input.profile, asked);
    live = withNumbers(live, group, count, numbersFor(plan, group, count));
  }
  return keepSeeders(plan, { live });
}

/** `lab add GROUP`: one more peer, with knobs of its own. */
export function withPeer(plan: LabPlan, asked: string, settings: Partial<PeerSettings>): Partial<PlanInput> {
  const group = groupNamed(plan.input.profile, asked);
  const number = Math.max(0, ...numbersOf(plan, group)) + 1;
  const name = `${group}-${number}`;
  const { live } = plan.input;
  return {
    live: {
      ...live,
      added: [...live.added, { group, number }],
      removed: live.removed.filter((node) => node !== name),
      settings: isEmpty(settings) ? live.settings : { ...live.settings, [name]: settings },
    },
  };
}

/** `lab rm NODE …`. */
export function withoutPeers(plan: LabPlan, names: readonly string[]): Partial<PlanInput> {
  const gone = names.map((name) => peerOf(plan, name).name);
  const { live } = plan.input;
  return keepSeeders(plan, {
    live: {
      ...live,
      added: live.added.filter(({ group, number }) => !gone.includes(`${group}-${number}`)),
      removed: [...new Set([...live.removed, ...gone])],
      settings: Object.fromEntries(Object.entries(live.settings).filter(([name]) => !gone.includes(name))),
    },
  });
}

/** `lab set NODE|GROUP …`. */
export function withSettings(plan: LabPlan, target: string, settings: Partial<PeerSettings>): Partial<PlanInput> {
  if (isEmpty(settings))
    throw new LabError("usage", "nothing to set", {
      hint: "Give --up, --down, --slots, --strategy, --endgame, --super-seeding, --max-peers or --behaviour.",
    });
  const peers = plan.run.peers.filter((peer) => peer.name === target || peer.group === target);
  if (peers.length === 0) peerOf(plan, target);
  const { live } = plan.input;
  const changed = Object.fromEntries(peers.map(({ name }) => [name, { ...live.settings[name], ...settings }]));
  return { live: { ...live, settings: { ...live.settings, ...changed } } };
}

/** The plan with knobs that were set on nodes past it, by node. */
export function withLiveKnobs(plan: LabPlan, knobs: ReadonlyMap<string, Partial<PeerSettings>>): LabPlan {
  const { live } = plan.input;
  const turned = plan.run.peers.flatMap(({ name, settings }) => {
    const own = turnedKnobs(settings, knobs.get(name) ?? {});
    return isEmpty(own) ? [] : [[name, { ...live.settings[name], ...own }] as const];
  });
  if (turned.length === 0) return plan;
  const settings = { ...live.settings, ...Object.fromEntries(turned) };
  return makePlan({ ...plan.input, live: { ...live, settings } });
}

function turnedKnobs(planned: PeerSettings, knobs: Partial<PeerSettings>): Partial<PeerSettings> {
  const all: PeerSettings = { behaviour: "honest", ...planned };
  return Object.fromEntries(Object.entries(knobs).filter(([knob, value]) => value !== all[knob as keyof PeerSettings]));
}

/** A peer by its name. */
export function peerOf(plan: LabPlan, name: string): PlannedPeer {
  const peer = plan.run.peers.find((candidate) => candidate.name === name);
  if (peer) return peer;
  const isService = plan.nodes.some((node) => node.name === name);
  const message = isService
    ? `${name} is no peer: every lab has one`
    : `the lab "${plan.lab}" has no peer "${printable(name)}"`;
  const known = plan.run.peers.map((candidate) => candidate.name);
  throw new LabError("usage", message, {
    hint: isService ? `To see what happens without it, stop it: \`lab stop ${name}\`.` : `Peers: ${known.join(", ")}.`,
  });
}

/** The numbers a group has after it was scaled, in order. */
function numbersFor(plan: LabPlan, group: string, count: number): number[] {
  const present = numbersOf(plan, group).sort((a, b) => a - b);
  const next = (present.at(-1) ?? 0) + 1;
  const more = Array.from({ length: Math.max(0, count - present.length) }, (_, index) => next + index);
  return [...present, ...more].slice(0, count);
}

function numbersOf(plan: LabPlan, group: string): number[] {
  return plan.run.peers.filter((peer) => peer.group === group).map(({ name }) => Number(name.slice(group.length + 1)));
}

/** A group of these numbers: what differs from 1 to `count` was added or removed. */
function withNumbers(live: LiveChanges, group: string, count: number, numbers: readonly number[]): LiveChanges {
  const isOthers = (node: string) => node.replace(/-\d+$/, "") !== group;
  const gaps = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !numbers.includes(number));
  const stays = new Set(numbers.map((number) => `${group}-${number}`));
  return {
    scale: { ...live.scale, [group]: count },
    added: [
      ...live.added.filter((node) => node.group !== group),
      ...numbers.filter((number) => number > count).map((number) => ({ group, number })),
    ],
    removed: [...live.removed.filter(isOthers), ...gaps.map((number) => `${group}-${number}`)],
    settings: Object.fromEntries(Object.entries(live.settings).filter(([name]) => isOthers(name) || stays.has(name))),
  };
}

/** A swarm in which nobody is meant to have the data could never finish. */
function keepSeeders(plan: LabPlan, input: Partial<PlanInput>): Partial<PlanInput> {
  const after = makePlan({ ...plan.input, ...input });
  const shares = ({ role, seeds }: PlannedPeer) => role === "seeder" || seeds.length > 0;
  if (after.run.peers.some(shares) || !plan.run.peers.some(shares)) return input;
  throw new LabError("usage", "that would leave the lab without a seeder", {
    hint: "Keep one. To see what a swarm does without it, stop it instead: `lab stop seeder-1`.",
  });
}

function isEmpty(settings: Partial<PeerSettings>): boolean {
  return Object.keys(settings).length === 0;
}
