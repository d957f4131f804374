import { join } from "node:path";
import type { NodeEnvironment } from "../api/environment.ts";
import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import type { PeerSettings, RuntimeKind } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { groupsOf, type NamedGroup } from "../profile/groups.ts";
import type { Group, Profile } from "../profile/schema.ts";
import { printable } from "../units.ts";
import { matching } from "./globs.ts";
import { kernelLink, limitedByLink, linkSupport } from "./link.ts";
import type { LabPlan, LiveChanges, PlanInput, PlanNode } from "./plan.ts";
import { storageOf } from "./storage.ts";

const MIB = 1024 * 1024;
const MEMORY = { tracker: 256 * MIB, controller: 512 * MIB, web: 256 * MIB, peer: 384 * MIB };

/** What a profile, the torrents and the flags make together. Pure: the same input gives the same plan. */
export function makePlan(input: PlanInput): LabPlan {
  const peers = plannedPeers(input);
  const run: RunPlan = {
    lab: input.lab,
    run: input.run,
    runtime: input.runtime,
    profile: input.profile.name,
    tracker: {
      kind: input.profile.tracker.kind,
      url: trackerUrl(input.runtime, input.ports.tracker),
      interval: input.profile.tracker.interval,
    },
    torrents: [...input.torrents],
    peers: peers.map(({ peer }) => peer),
    web: input.profile.web,
  };
  return {
    lab: input.lab,
    runtime: input.runtime,
    dir: input.dir,
    port: input.ports.controller,
    nodes: [...serviceNodes(input), ...peers.map((planned) => peerNode(input, planned))],
    run,
    input,
  };
}

/** Where peers announce. */
export function trackerUrl(runtime: RuntimeKind, port: number): string {
  return runtime === "docker" ? "http://tracker:6969/announce" : `http://127.0.0.1:${port}/announce`;
}

interface GroupedPeer {
  readonly peer: PlannedPeer;
  readonly group: Group;
}

function plannedPeers(input: PlanInput): GroupedPeer[] {
  for (const asked of Object.keys(input.scale)) groupNamed(input.profile, asked);
  return groupsOf(input.profile).flatMap((named) => {
    const { name, group } = named;
    const count = input.live.scale[name] ?? plannedCount(input, name);
    return numbersOf(name, count, input.live).map((number) => ({ group, peer: plannedPeer(input, named, number) }));
  });
}

/** 1 to `count`, and those added live, without those removed live. */
function numbersOf(group: string, count: number, live: LiveChanges): number[] {
  const planned = Array.from({ length: count }, (_, index) => index + 1);
  const added = live.added.filter((node) => node.group === group && node.number > count).map(({ number }) => number);
  return [...planned, ...added].filter((number) => !live.removed.includes(`${group}-${number}`));
}

/** One peer of a group: GROUP-NUMBER. */
function plannedPeer(input: PlanInput, named: NamedGroup, number: number): PlannedPeer {
  const { name: groupsName, role, group } = named;
  const name = `${groupsName}-${number}`;
  const seeds = matching(input.torrents, group.seeds ?? (role === "seeder" ? ["*"] : []));
  const fetches = matching(input.torrents, group.fetches ?? (role === "leecher" ? ["*"] : []));
  return {
    name,
    group: groupsName,
    role,
    settings: limitedByLink(
      withManners({
        up: group.up,
        down: group.down,
        slots: group.slots,
        strategy: group.strategy,
        endgame: group.endgame,
        superSeeding: group.superSeeding,
        maxPeers: group.maxPeers,
        behaviour: group.behaviour,
        ...input.live.settings[name],
      }),
      group.link,
    ),
    seeds,
    fetches: fetches.filter((hash) => !seeds.includes(hash)),
    joinAt: (group.join?.every ?? 0) * (number - 1),
    lingerAfterComplete: group.leave?.linger ?? null,
  };
}

/** An honest peer's settings do not speak of it. */
function withManners({ behaviour, ...settings }: PeerSettings): PeerSettings {
  return behaviour === undefined || behaviour === "honest" ? settings : { ...settings, behaviour };
}

/** How many nodes profile and flags give a group, whatever was scaled live. */
export function plannedCount({ profile, scale }: PlanInput, name: string): number {
  const asked = Object.entries(scale).findLast(([asked]) => groupNamed(profile, asked) === name);
  return asked?.[1] ?? groupsOf(profile).find((one) => one.name === name)?.group.count ?? 0;
}

/** The name of a group that was asked for by its name, or by a role, which means the first group of that role. */
export function groupNamed(profile: Profile, asked: string): string {
  const groups = groupsOf(profile);
  const found = groups.find(({ name }) => name === asked) ?? groups.find(({ role }) => role === asked);
  if (found) return found.name;
  throw new LabError("usage", `there is no group "${printable(asked)}" in this lab`, {
    hint: `Groups: ${groups.map(({ name }) => name).join(", ")}.`,
  });
}

/** The nodes every lab has, in the order in which they are needed. */
function serviceNodes(input: PlanInput): PlanNode[] {
  const service = { group: "lab", storage: "none", sources: false, link: null } as const;
  const trackerPort = input.runtime === "docker" ? 6969 : input.ports.tracker;
  const controllerPort = input.runtime === "docker" ? 7070 : input.ports.controller;
  return [
    {
      ...service,
      name: "controller",
      role: "controller",
      program: "controller",
      memory: MEMORY.controller,
      cause: "holds state, journal and torrents, and takes commands",
      environment: environment(input, { node: "controller", role: "controller", port: controllerPort }),
    },
    {
      ...service,
      name: "tracker",
      role: "tracker",
      program: "tracker",
      memory: MEMORY.tracker,
      cause: `tells peers of each other, every ${input.profile.tracker.interval} s`,
      environment: environment(input, { node: "tracker", role: "tracker", port: trackerPort }),
    },
    ...(input.profile.web ? [webNode(input)] : []),
  ];
}

function webNode(input: PlanInput): PlanNode {
  const port = input.runtime === "docker" ? 7070 : input.ports.web;
  return {
    name: "web",
    role: "web",
    group: "lab",
    program: "web",
    environment: {
      ...environment(input, { node: "web", role: "web", port }),
      webPort: String(input.ports.web),
    },
    memory: MEMORY.web,
    storage: "none",
    link: null,
    sources: false,
    cause: `serves the web UI, as profile ${input.profile.name} asks for`,
  };
}

function peerNode(input: PlanInput, { peer, group }: GroupedPeer): PlanNode {
  const port = input.runtime === "docker" ? 6881 : 0;
  return {
    name: peer.name,
    role: peer.role,
    group: peer.group,
    program: "peer",
    environment: environment(input, { node: peer.name, role: peer.role, port }),
    memory: group.memory ?? input.profile.memory ?? MEMORY.peer,
    storage: storageOf({ group, role: peer.role }, input),
    link: kernelLink(group.link, linkSupport(input)),
    sources: peer.role === "seeder" || group.seeds !== undefined,
    cause: input.live.added.some(({ group, number }) => peer.name === `${group}-${number}`)
      ? "added live"
      : `${peer.role} of group ${peer.group} in profile ${input.profile.name}`,
  };
}

/** Paths and addresses as the node sees them: a container's are fixed, a process has this machine's. */
function environment(input: PlanInput, node: { node: string; role: string; port: number }): NodeEnvironment {
  const identity = { lab: input.lab, run: input.run, ...node };
  const { folders } = input;
  if (input.runtime === "docker") {
    return {
      ...identity,
      // The controller's own is the address under which people reach it.
      controller: node.role === "controller" ? `http://127.0.0.1:${input.ports.controller}` : "http://controller:7070",
      tokenFile: "/run/secrets/token",
      host: "0.0.0.0",
      sources: "/sources",
      data: "/data",
      runs: "/runs",
      secrets: "/run/secrets",
    };
  }
  return {
    ...identity,
    controller: `http://127.0.0.1:${input.ports.controller}`,
    tokenFile: join(folders.secrets, `node-${node.node}`),
    host: "127.0.0.1",
    sources: input.sources,
    data: join(folders.data, node.node),
    runs: folders.runs,
    secrets: folders.secrets,
  };
}
