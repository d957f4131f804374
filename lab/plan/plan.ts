import type { NodeEnvironment } from "../api/environment.ts";
import type { RunPlan } from "../api/run-plan.ts";
import type { PeerSettings, Role, RuntimeKind, TorrentInfo } from "../api/words.ts";
import type { Profile } from "../profile/schema.ts";

/**
 * What a lab is to be, as plain data: every node with its program, its environment and its kernel limits, each with a
 * cause. Knobs and torrents are in `run`, which the controller hands out, so that changing them touches no node.
 */
export interface LabPlan {
  readonly lab: string;
  readonly runtime: RuntimeKind;
  /** The folder `lab` was called in; absolute. */
  readonly dir: string;
  /** Port of the controller's API on 127.0.0.1. */
  readonly port: number;
  readonly nodes: readonly PlanNode[];
  readonly run: RunPlan;
  /** What it was made of: a change of the running lab changes this and plans again. */
  readonly input: PlanInput;
}

export interface PlanInput {
  readonly lab: string;
  readonly run: string;
  readonly runtime: RuntimeKind;
  /** The folder `lab` was called in; absolute. */
  readonly dir: string;
  readonly sources: string;
  readonly profile: Profile;
  readonly torrents: readonly TorrentInfo[];
  /** Ports on 127.0.0.1: the controller's API, the tracker of the process runtime, the web UI. */
  readonly ports: { readonly controller: number; readonly tracker: number; readonly web: number };
  /** Nodes a group, instead of the profile's count; `leecher` also means the first leecher group. */
  readonly scale: Readonly<Record<string, number>>;
  readonly live: LiveChanges;
  /** What the kernel can do for links; without it, what the runtime usually can. */
  readonly links?: LinkSupport;
  /** Of the process runtime: runs, secrets and downloads on this machine. */
  readonly folders: { readonly runs: string; readonly secrets: string; readonly data: string };
}

/** What was changed while the lab ran; the next `lab up` resets it unless `--keep-live`. */
export interface LiveChanges {
  readonly added: readonly { readonly group: string; readonly number: number }[];
  /** Names of nodes. */
  readonly removed: readonly string[];
  /** Knobs, by node. */
  readonly settings: Readonly<Record<string, Partial<PeerSettings>>>;
  /** Nodes a group, by the group's own name. */
  readonly scale: Readonly<Record<string, number>>;
}

export const noLiveChanges: LiveChanges = { added: [], removed: [], settings: {}, scale: {} };

export interface PlanNode {
  readonly name: string;
  readonly role: Role;
  readonly group: string;
  readonly program: Program;
  readonly environment: NodeEnvironment;
  /** Memory limit in bytes (containers). */
  readonly memory: number;
  /** Where downloads go: a volume of its own, memory (a restart starts from nothing), or no downloads. */
  readonly storage: "volume" | "memory" | "none";
  /** What the kernel makes of its link; `null` when nothing is. */
  readonly link: LinkShape | null;
  /** Whether it may read `sources/`. */
  readonly sources: boolean;
  /** Why it is in the plan, for people. */
  readonly cause: string;
}

/** What becomes of the packets that a peer sends. */
export interface LinkShape {
  /** Bytes a second; `null` when unlimited. */
  readonly rate: number | null;
  /** Seconds. */
  readonly delay: number;
  /** The share of packets that is lost. */
  readonly loss: number;
}

/** Which parts of a link the kernel under the lab can shape, and what it lacks for the others. */
export interface LinkSupport {
  readonly rate: boolean;
  /** Delay and loss. */
  readonly delay: boolean;
  /** Why a part is missing, in words for people; empty when none is. */
  readonly lacks: string;
}

/** A program of the node bundle: `.build/node/PROGRAM.mjs`. */
export type Program = "tracker" | "controller" | "peer" | "web";
