import type { NodeState, RuntimeKind } from "../api/words.ts";
import type { LabPlan, LinkSupport } from "../plan/plan.ts";

/**
 * Where nodes live. Implementations owe beyond the signatures: whatever they start carries the lab's name and run and is
 * found by them alone; `down` removes all of it even after a crash and touches nothing else; every method may be called
 * again after a failure. All pass the conformance suite in `runtime.contract.ts`.
 */
export interface Runtime {
  readonly kind: RuntimeKind;
  /** The address of the engine; none where nodes are processes. */
  readonly engine?: string;
  /**
   * Makes the running nodes those of the plan: starts what is missing or has stopped, removes what is not in it with its
   * downloads, leaves the rest alone. With `only`, starts none but these. Returns once every node's process runs; readiness is the controller's to tell.
   * An abort stops starting and rejects with the signal's reason; what was started is left to `down`.
   */
  up(plan: LabPlan, options: UpOptions): Promise<void>;
  /** Does `action` to one node of the lab. */
  act(lab: string, node: string, action: NodeAction): Promise<void>;
  /** Every node of the lab that the runtime knows, also ended ones. */
  nodes(lab: string): Promise<NodeReport[]>;
  /**
   * Lines that nodes wrote, those of each node oldest first; in which order nodes follow each other, only a runtime that
   * stamps lines can tell. Ends at the end of the logs. When following, nodes that join later are heard as well, and it
   * ends with the signal or with the last node.
   */
  logs(lab: string, query: LogQuery): AsyncIterable<LogLine>;
  /** Removes everything of the lab, downloads included, and nothing of another user's; fine when nothing is there. */
  down(lab: string, options: RuntimeOptions): Promise<Removed>;
  /** Every lab of this user, from whatever folder; root's are all. */
  labs(): Promise<LabReport[]>;
  /** Finds out by trying which parts of a link can be shaped for the lab's nodes; without it none can. */
  links?(lab: Pick<LabPlan, "lab" | "dir">, options: RuntimeOptions): Promise<LinkSupport>;
  /** What nodes may take where they run; without it, what this machine has free. */
  room?(): Promise<Room>;
  /** Removes what is left over from earlier versions of the product and used by no lab, such as old images. */
  prune?(): Promise<void>;
}

export interface Room {
  /** Bytes. */
  readonly memory: number;
  /** Entries of the kernel's one table of neighbours; `undefined` where it does not tell. */
  readonly neighbours: number | undefined;
}

export type NodeAction = "start" | "stop" | "kill" | "pause" | "unpause" | "remove";

export interface UpOptions extends RuntimeOptions {
  /** Nodes that may be started. */
  readonly only?: readonly string[];
}

export interface RuntimeOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (event: RuntimeEvent) => void;
}

/** Progress of `up` and `down`: what is being done to what. */
export interface RuntimeEvent {
  readonly phase: "build" | "create" | "start" | "stop" | "remove";
  /** Node, image, network or volume. */
  readonly subject: string;
  readonly done: boolean;
  readonly detail?: string;
}

export interface NodeReport {
  readonly name: string;
  readonly role: string;
  readonly run: string;
  readonly state: NodeState;
  /** Of an ended node. */
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** Seconds since it was started; `null` when not running. */
  readonly uptime: number | null;
}

export interface LogQuery {
  /** One node; all without it. */
  readonly node?: string;
  readonly follow: boolean;
  /** Last lines a node; all without it. */
  readonly tail?: number;
  readonly signal?: AbortSignal;
}

export interface LogLine {
  readonly node: string;
  readonly text: string;
}

/** Counts of what was removed. */
export interface Removed {
  readonly nodes: number;
  readonly networks: number;
  readonly volumes: number;
  /** What could not be removed, each with the reason. */
  readonly left: readonly string[];
  /** Whose the lab of this name is, where another user of the same engine has one: it was left alone. */
  readonly others?: string;
}

export interface LabReport {
  readonly lab: string;
  readonly run: string;
  readonly runtime: RuntimeKind;
  /** The folder it was started in. */
  readonly dir: string;
  /** `foreign`: started by `docker compose` with `compose.yaml` alone. */
  readonly origin: "lab" | "foreign";
  readonly running: number;
  readonly nodes: number;
}
