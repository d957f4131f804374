import type { PlannedPeer } from "../api/run-plan.ts";
import type { PeerSettings } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { groupName } from "../profile/load.ts";
import { makePlan } from "./make-plan.ts";
import type { LabPlan, LiveChanges, PlanInput } from "./plan.ts";

/** Changes of a running lab, each as the plan's new input. All throw usage errors for what makes no sense. */

/** `lab scale GROUP=N …`: the highest numbers go first. */
export function scaled(plan: LabPlan, scale: Readonly<Record<string, number>>): Partial<PlanInput> {
  const groups = Object.fromEntries(Object.entries(scale).map(([asked, count]) => [groupOf(plan, asked).name, count]));
  const live = {
    ...plan.input.live,
    added: plan.input.live.added.filter(({ group }) => groups[group] === undefined),
    removed: plan.input.live.removed.filter((node) => groups[node.replace(/-\d+$/, "")] === undefined),
  };
  const input = { scale: { ...plan.input.scale, ...groups }, live };
  return keepSeeders(plan, input);
}

/** `lab add GROUP`: one more peer, with knobs of its own. */
export function withPeer(plan: LabPlan, asked: string, settings: Partial<PeerSettings>): Partial<PlanInput> {
  const { name: group } = groupOf(plan, asked);
  const numbers = plan.run.peers
    .filter((peer) => peer.group === group)
    .map(({ name }) => Number(name.slice(group.length + 1)));
  const number = Math.max(plannedCount(plan, group), 0, ...numbers) + 1;
  const live = plan.input.live;
  return {
    live: {
      ...live,
      added: [...live.added, { group, number }],
      removed: live.removed.filter((node) => node !== `${group}-${number}`),
      settings: isEmpty(settings) ? live.settings : { ...live.settings, [`${group}-${number}`]: settings },
    },
  };
}

/** `lab rm NODE …`. */
export function withoutPeers(plan: LabPlan, names: readonly string[]): Partial<PlanInput> {
  const gone = names.map((name) => peerOf(plan, name).name);
  const { added, removed, settings } = plan.input.live;
  const live: LiveChanges = {
    added: added.filter(({ group, number }) => !gone.includes(`${group}-${number}`)),
    removed: [...new Set([...removed, ...gone])],
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !gone.includes(name))),
  };
  return keepSeeders(plan, { live });
}

/** `lab set NODE|GROUP …`. */
export function withSettings(plan: LabPlan, target: string, settings: Partial<PeerSettings>): Partial<PlanInput> {
  if (isEmpty(settings))
    throw new LabError("usage", "nothing to set", { hint: "Give --up, --down, --slots, --strategy or --max-peers." });
  const peers = plan.run.peers.filter((peer) => peer.name === target || peer.group === target);
  if (peers.length === 0) peerOf(plan, target);
  const { live } = plan.input;
  const changed = Object.fromEntries(peers.map(({ name }) => [name, { ...live.settings[name], ...settings }]));
  return { live: { ...live, settings: { ...live.settings, ...changed } } };
}

/** A peer by its name. */
export function peerOf(plan: LabPlan, name: string): PlannedPeer {
  const peer = plan.run.peers.find((candidate) => candidate.name === name);
  if (peer) return peer;
  const known = plan.run.peers.map((candidate) => candidate.name);
  throw new LabError("usage", `the lab "${plan.lab}" has no peer "${name}"`, { hint: `Peers: ${known.join(", ")}.` });
}

/** A group by its name or by the name of a role, which means the first group of that role. */
function groupOf(plan: LabPlan, asked: string): { name: string; role: "seeder" | "leecher" } {
  const { seeders, leechers } = plan.input.profile;
  const groups = [
    ...seeders.map((group) => ({ name: groupName(group, "seeder"), role: "seeder" as const })),
    ...leechers.map((group) => ({ name: groupName(group, "leecher"), role: "leecher" as const })),
  ];
  const group = groups.find(({ name }) => name === asked) ?? groups.find(({ role }) => role === asked);
  if (group) return group;
  throw new LabError("usage", `the lab "${plan.lab}" has no group "${asked}"`, {
    hint: `Groups: ${groups.map(({ name }) => name).join(", ")}.`,
  });
}

/** How many the profile or a flag asks for. */
function plannedCount(plan: LabPlan, group: string): number {
  const { profile, scale } = plan.input;
  const definition = [...profile.seeders, ...profile.leechers].find((candidate, index) => {
    const role = index < profile.seeders.length ? "seeder" : "leecher";
    return groupName(candidate, role) === group;
  });
  return scale[group] ?? definition?.count ?? 0;
}

/** A swarm in which nobody is meant to have the data could never finish. */
function keepSeeders(plan: LabPlan, input: Partial<PlanInput>): Partial<PlanInput> {
  const after = makePlan({ ...plan.input, ...input });
  const shares = ({ seeds }: PlannedPeer) => seeds.length > 0;
  if (after.run.peers.some(shares) || !plan.run.peers.some(shares)) return input;
  throw new LabError("usage", "that would leave the lab without a seeder", {
    hint: "Keep one. To see what a swarm does without it, stop it instead: `lab stop seeder-1`.",
  });
}

function isEmpty(settings: Partial<PeerSettings>): boolean {
  return Object.keys(settings).length === 0;
}
