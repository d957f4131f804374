import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { bytes, type Outcome, openScene, type Scene } from "../e2e/scene.ts";
import type { Random } from "../seeded-random.ts";

/** A lab in which things are going to be broken, and what is known of what it shares. */
export interface Stage extends AsyncDisposable {
  readonly scene: Scene;
  readonly runtime: RuntimeKind;
  readonly random: Random;
  /** SHA-256 of the one file of every torrent there ever was, by info-hash. */
  readonly truth: Map<string, string>;
  /** Peer → where its downloads are on a disk of a few megabytes. */
  readonly smallDisks: ReadonlyMap<string, string>;
  readonly violations: string[];
  /** How often what `status` says of the nodes was held against the runtime. */
  readonly compared: { times: number };
  /** Before the lab goes down, which could not remove them. */
  giveDisksBack(): void;
  log(text: string): void;
  /** Runs `lab ARGS --name …`; a stack trace, a hang or an undocumented exit code is a violation. */
  lab(...args: string[]): Promise<Outcome>;
  /** `lab up -d` with this lab's profile: starts what is missing. */
  up(): Promise<Outcome>;
  /** `undefined` while the lab is not reachable. */
  status(): Promise<LabStatus | undefined>;
  /** The journal as far as it goes; empty while the lab is not reachable. */
  events(): Promise<JournalEvent[]>;
  /** Writes another version of a source and, told to, makes its torrent. */
  edit(file: string, retorrent: boolean): Promise<void>;
}

/** A line of the journal. */
export type JournalEvent = Readonly<Record<string, unknown>>;

export const FILES = ["film.bin", "song.bin"] as const;
export const LEECHERS = 4;
export const INTERVAL_S = 5;
export const PROFILE = "chaos";
export const FILE_BYTES = 6 << 20;
/** Both films, one more version of one, and not a second. */
const SMALL_DISK = "20m";
const SMALL_DISK_PEER = "leecher-1";

const profile = `
tracker: { interval: ${INTERVAL_S}s }
seeders: [ { count: 1, up: 1MiB/s } ]
leechers:
  - { count: ${LEECHERS}, up: 512KiB/s, slots: 2 }
  - { name: poisoner, count: 1, up: 1MiB/s, behaviour: poison }
`;

export async function openStage(
  runtime: RuntimeKind,
  random: Random,
  log: (text: string) => void,
  signal?: AbortSignal,
): Promise<Stage> {
  const scene = await openScene(runtime, "chaos", signal);
  mkdirSync(join(scene.dir, "profiles"));
  writeFileSync(join(scene.dir, `profiles/${PROFILE}.yaml`), profile);
  const truth = new Map<string, string>();
  const violations: string[] = [];
  const smallDisks = runtime === "process" ? mountSmallDisk(scene) : new Map<string, string>();
  const current = new Map<string, string>();
  const upFlags = ["-d", "--profile", PROFILE, "--runtime", runtime];
  for (const file of FILES) write(file);
  const stage: Stage = {
    scene,
    runtime,
    random,
    truth,
    smallDisks,
    violations,
    compared: { times: 0 },
    giveDisksBack,
    log,
    lab,
    up: () => lab("up", ...upFlags),
    status,
    events,
    edit,
    ...cleanUp(),
  };
  return stage;

  function write(file: string): void {
    const content = bytes(FILE_BYTES, `${file} ${random.below(2 ** 31)}`);
    scene.source(file, content);
    current.set(file, createHash("sha256").update(content).digest("hex"));
  }

  async function lab(...args: string[]): Promise<Outcome> {
    const [command = "", ...rest] = args;
    const started = performance.now();
    const outcome = await scene.lab(command, "--name", scene.name, ...rest);
    const seconds = (performance.now() - started) / 1000;
    const told = `lab ${args.join(" ")}`;
    if (/\n +at .+:\d+:\d+/.test(outcome.stderr))
      violations.push(`${told} shows a stack: ${outcome.stderr.slice(0, 600)}`);
    if (![0, 1, 2, 3, 4, 5, 124].includes(outcome.code ?? -1)) violations.push(`${told} ended with ${outcome.code}`);
    if (seconds > 90) violations.push(`${told} took ${Math.round(seconds)} s`);
    return outcome;
  }

  async function status(): Promise<LabStatus | undefined> {
    const outcome = await lab("status", "--json");
    if (outcome.code !== 0) return undefined;
    const now = JSON.parse(outcome.stdout) as LabStatus;
    for (const { infoHash, source } of now.torrents)
      if (!truth.has(infoHash)) truth.set(infoHash, current.get(source) ?? "");
    return now;
  }

  async function events(): Promise<JournalEvent[]> {
    const { stdout } = await lab("events", "--json", "--no-follow");
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JournalEvent);
  }

  async function edit(file: string, retorrent: boolean): Promise<void> {
    // Who shares what until now must be known before it changes.
    await status();
    write(file);
    if (!retorrent) return;
    const outcome = await lab("retorrent");
    if (outcome.code !== 0) log(`  retorrent: ${outcome.stderr.trim()}`);
  }

  function giveDisksBack(): void {
    for (const folder of smallDisks.values()) execFileSync("umount", ["-l", folder]);
    smallDisks.clear();
  }

  function cleanUp(): AsyncDisposable {
    return {
      async [Symbol.asyncDispose]() {
        giveDisksBack();
        await scene[Symbol.asyncDispose]();
      },
    };
  }
}

/** As root: a disk of its own for the downloads of one peer. */
function mountSmallDisk({ dir, name }: Scene): Map<string, string> {
  const folder = join(dir, ".lab", name, "data", SMALL_DISK_PEER);
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK},mode=0777`, "tmpfs", folder], { stdio: "ignore" });
    return new Map([[SMALL_DISK_PEER, folder]]);
  } catch {
    return new Map();
  }
}

export function sha256(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return undefined;
  }
}
