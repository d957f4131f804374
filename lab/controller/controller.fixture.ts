import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { type ApiClient, apiClient, type LabEvent } from "../api/client.ts";
import { readNodeEnvironment } from "../api/environment.ts";
import type { Fact } from "../api/facts.ts";
import type { JournalLine } from "../api/journal.ts";
import type { NodeCommand, ToController, ToNode, Welcome } from "../api/node.ts";
import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import { usualSettings } from "../api/words.ts";
import { messageOf } from "../errors.ts";
import { type Controller, startController } from "./controller.ts";

/** A real controller on a free port, with real files, for tests. */
export interface TestLab {
  readonly controller: Controller;
  readonly api: ApiClient;
  readonly folder: string;
  readonly secrets: string;
  /** Follows the journal from its first line until a line is found. */
  until(found: (line: JournalLine) => boolean): Promise<JournalLine>;
  /** Says hello as this node and waits for the welcome. */
  join(node: string, options?: JoinOptions): Promise<TestNode>;
  journal(): Promise<JournalLine[]>;
  /** Ends the controller and starts another on the same files. */
  restart(): Promise<TestLab>;
}

export interface JoinOptions {
  readonly role?: "tracker" | "web" | "seeder" | "leecher";
  readonly peerId?: string;
  readonly token?: string;
  /** What it answers to commands; default: nothing, with success. */
  readonly onCommand?: (command: NodeCommand) => unknown;
}

export interface TestNode {
  readonly socket: WebSocket;
  readonly welcome: Welcome;
  readonly peerId: string;
  /** Commands in the order they came. */
  readonly commands: NodeCommand[];
  /** Waits for a command, also one that came before. */
  command<T extends NodeCommand["type"]>(
    type: T,
    matching?: (command: Extract<NodeCommand, { type: T }>) => boolean,
  ): Promise<Extract<NodeCommand, { type: T }>>;
  say(message: ToController | string): void;
  facts(...facts: Fact[]): void;
  /** The code and reason with which the controller closed the connection. */
  readonly closed: Promise<{ code: number; reason: string }>;
  drop(): void;
}

export const HASH = "a".repeat(40);
export const PIECES = 16;

export const torrent = {
  name: "film.bin",
  infoHash: HASH,
  length: PIECES * 16_384 - 100,
  pieceLength: 16_384,
  pieceCount: PIECES,
  source: "film.bin",
};

const knobs = { ...usualSettings, up: 1_048_576 };

export function peer(name: string, changes: Partial<PlannedPeer> = {}): PlannedPeer {
  const role = name.startsWith("seeder") ? "seeder" : "leecher";
  const seeds = role === "seeder" ? [HASH] : [];
  const fetches = role === "leecher" ? [HASH] : [];
  const settings = { ...knobs };
  return { name, group: role, role, settings, seeds, fetches, joinAt: 0, lingerAfterComplete: null, ...changes };
}

export function testPlan(peers: PlannedPeer[], changes: Partial<RunPlan> = {}): RunPlan {
  return {
    lab: "test",
    run: "run-1",
    runtime: "process",
    profile: "default",
    tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
    torrents: [torrent],
    peers,
    web: false,
    ...changes,
  };
}

export async function startLab(plan: RunPlan): Promise<TestLab> {
  const root = await mkdtemp(join(tmpdir(), "lab-controller-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, "runs", plan.run);
  const secrets = join(root, "secrets");
  await mkdir(join(folder, "torrents"), { recursive: true });
  await mkdir(secrets);
  for (const { infoHash } of plan.torrents)
    await writeFile(join(folder, "torrents", `${infoHash}.torrent`), "d4:infoe");
  await writeFile(join(folder, "plan.json"), JSON.stringify(plan));
  const tokens = ["admin", "viewer", "node-tracker", ...plan.peers.map((one) => `node-${one.name}`)];
  if (plan.web) tokens.push("node-web");
  if (plan.adopt) tokens.push("node");
  for (const name of tokens) await writeFile(join(secrets, name), `${tokenOf(name)}\n`);
  return runLab(root, plan, folder, secrets);
}

export function tokenOf(file: string): string {
  return `token-of-${file}`;
}

async function runLab(root: string, plan: RunPlan, folder: string, secrets: string): Promise<TestLab> {
  const environment = readNodeEnvironment({ LAB_RUNS: join(root, "runs"), LAB_RUN: plan.run, LAB_SECRETS: secrets });
  const controller = await startController(environment);
  onTestFinished(() => controller.close());
  const api = apiClient({ url: controller.url, token: tokenOf("admin") });
  return {
    controller,
    api,
    folder,
    secrets,
    until: (found) => lineOf(api.events({ after: 0 }), found),
    join: (node, options) => joinLab(controller.url, node, options),
    async journal() {
      const response = await fetch(`${controller.url}/v1/journal`, {
        headers: { authorization: `Bearer ${tokenOf("viewer")}` },
      });
      return (await response.text())
        .trim()
        .split("\n")
        .map((json) => JSON.parse(json));
    },
    async restart() {
      await controller.close();
      return runLab(root, plan, folder, secrets);
    },
  };
}

export async function lineOf(
  batches: AsyncIterable<readonly LabEvent[]>,
  found: (line: JournalLine) => boolean,
): Promise<JournalLine> {
  for await (const events of batches)
    for (const event of events) if (event.kind === "line" && found(event.line)) return event.line;
  throw new Error("the events ended before the line came");
}

export async function readJournal(folder: string): Promise<JournalLine[]> {
  const text = await readFile(join(folder, "journal.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((json) => JSON.parse(json));
}

let lastPeerId = 0;

async function joinLab(url: string, node: string, options: JoinOptions = {}): Promise<TestNode> {
  const role = options.role ?? roleOf(node);
  lastPeerId += 1;
  const peerId = options.peerId ?? lastPeerId.toString(16).padStart(40, "0");
  const socket = openSocket(url);
  const token = options.token ?? tokenOf(node === "" ? "node" : `node-${node}`);
  const commands: NodeCommand[] = [];
  const listeners = new Set<() => void>();
  const closed = closing(socket);
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString()) as ToNode;
    if (message.type !== "command") return;
    commands.push(message.command);
    socket.send(
      JSON.stringify({ type: "result", id: message.id, ...attempt(() => options.onCommand?.(message.command)) }),
    );
    for (const listener of listeners) listener();
  });
  const welcome = await new Promise<Welcome>((resolve, reject) => {
    socket.once("open", () => {
      const identity = role === "tracker" || role === "web" ? {} : { peerId };
      socket.send(JSON.stringify({ type: "hello", node, role, client: "test 1.0", port: 6881, token, ...identity }));
    });
    socket.once("message", (data) => {
      const message = JSON.parse(data.toString()) as ToNode;
      if (message.type === "welcome") resolve(message);
      else reject(new Error(message.type === "refused" ? message.reason : "no welcome"));
    });
  });
  return {
    socket,
    welcome,
    peerId,
    commands,
    closed,
    command(type, matching = () => true) {
      return new Promise((resolve) => {
        look();
        function look(): void {
          const found = commands.find((one) => one.type === type && matching(one as never));
          if (!found) return void listeners.add(look);
          listeners.delete(look);
          resolve(found as never);
        }
      });
    },
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    facts: (...facts) => socket.send(JSON.stringify({ type: "facts", facts })),
    drop: () => socket.terminate(),
  };
}

function roleOf(node: string): NonNullable<JoinOptions["role"]> {
  if (node === "tracker" || node === "web") return node;
  return node.startsWith("seeder") ? "seeder" : "leecher";
}

function attempt(action: () => unknown): { ok: boolean; value?: unknown; error?: string } {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** A bare connection to the nodes' door. */
export function openSocket(url: string, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/node`, { headers });
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  return socket;
}

export function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}
