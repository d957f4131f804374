import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type LabStatus, labStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { findByEnvironment } from "../runtime/system.ts";

export const BIN = join(import.meta.dirname, "../bin.cjs");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own in which `lab` is called as a user would, and what has to be gone afterwards. */
export interface Scene {
  readonly dir: string;
  readonly name: string;
  readonly env: Record<string, string>;
  /** Runs `lab ARGS` to its end. */
  lab(...args: string[]): Promise<Outcome>;
  /** The same, which has to end with 0. */
  ok(...args: string[]): Promise<Outcome>;
  /** Starts `lab ARGS` and does not wait. */
  start(...args: string[]): { child: ChildProcess; outcome: Promise<Outcome> };
  /** `lab status --json`, checked against the contract. */
  status(): Promise<LabStatus>;
  /** Puts a file into `sources/`. */
  source(path: string, content: Uint8Array | string): void;
  /** Everything of this lab that is still there: processes, and with an engine containers, networks and volumes. */
  leftovers(): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param signal aborted, no more is begun: the next call throws, and what there is can be disposed of. */
export async function openScene(runtime: RuntimeKind, label: string, signal?: AbortSignal): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), `lab-${label}-`));
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, "sources"));
  const name = `e2e-${label}-${randomBytes(3).toString("hex")}`;
  const { CI: _, ...inherited } = process.env;
  const env = { ...(inherited as Record<string, string>), XDG_STATE_HOME: join(dir, "state"), CI: "1" };
  const start = (...args: string[]) => {
    signal?.throwIfAborted();
    return run(dir, env, args);
  };
  const lab = async (...args: string[]) => start(...args).outcome;
  const ok = async (...args: string[]) => {
    const outcome = await lab(...args);
    if (outcome.code === 0) return outcome;
    throw new Error(`lab ${args.join(" ")} ended with ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
  };
  return {
    dir,
    name,
    env,
    lab,
    ok,
    start,
    status: async () => labStatus.parse(JSON.parse((await ok("status", "--json", "--name", name)).stdout)),
    source(path, content) {
      const file = join(dir, "sources", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    leftovers: () => leftovers(name, runtime, env),
    async [Symbol.asyncDispose]() {
      const { code, stdout, stderr } = await run(dir, env, ["down", name, "-v"]).outcome;
      rmSync(dir, { recursive: true, force: true });
      if (code !== 0) throw new Error(`lab down ${name} -v ended with ${code}\n${stdout}\n${stderr}`);
    },
  };
}

/** Starts `lab ARGS` in a folder; `bin` is another `lab` than the one that was built here. */
export function run(
  dir: string,
  env: Record<string, string>,
  args: readonly string[],
  { bin = BIN, ...options }: SpawnOptions & { bin?: string } = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [bin, ...args], {
    ...options,
    cwd: dir,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    // As a shell tells it: a program that a signal ended has 128 and the signal's number.
    child.once("close", (code, signal) => resolve({ code: signal ? 128 + constants.signals[signal] : code, ...texts }));
  });
  return { child, outcome };
}

async function leftovers(name: string, runtime: RuntimeKind, env: Record<string, string>): Promise<string[]> {
  const processes = findByEnvironment(["LAB_NAME", "LAB_ROLE"])
    .filter((found) => found.env.LAB_NAME === name)
    .map(({ pid }) => `process ${pid}`);
  const registered = entries(join(env.XDG_STATE_HOME ?? "", "torrent-lab")).map((file) => `registry ${file}`);
  if (runtime === "process") return [...processes, ...registered];
  const filter = ["--filter", `label=lab.name=${name}`];
  const objects = await Promise.all(
    [
      ["ps", "-aq", ...filter],
      ["network", "ls", "-q", ...filter],
      ["volume", "ls", "-q", ...filter],
    ].map((args) => docker(...args)),
  );
  return [...processes, ...registered, ...objects.flatMap((text) => text.split("\n").filter(Boolean))];
}

/** Names in a folder; none where there is no folder. */
export function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Runs the docker client; its output. */
export function docker(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", args, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`docker ${args.join(" ")}: ${err}`)),
    );
  });
}

/** Seeded bytes that do not compress: AES in counter mode. */
export function bytes(size: number, seed: string): Uint8Array {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** All files of a folder by their path, with their content. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(folder.length + 1), readFileSync(path));
  }
  return files;
}
