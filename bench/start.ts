/**
 * From `lab up` to every peer connected, in both runtimes, with 1 + 5 peers and the image present; containers against
 * `docker compose up -d` of the same generated file, timed to the same end point, in turns. Also `lab down` of 20
 * containers, private memory of an idle peer, and `lab --help` against an empty Node program.
 * `node lab/build.ts && node bench/start.ts [rounds]`
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { apiClient } from "../lab/api/client.ts";
import { isReady } from "../lab/commands/condition.ts";
import { labFolder } from "../lab/runtime/folder.ts";
import { readPlan } from "../lab/runtime/plan-file.ts";
import { readSecret } from "../lab/runtime/secrets.ts";

const ROUNDS = Number(process.argv[2] ?? 3);
const LAB = "bench-start";
const bin = join(import.meta.dirname, "../lab/bin.cjs");
const dir = mkdtempSync(join(tmpdir(), "lab-bench-"));
execFileSync("chmod", ["755", dir]);
mkdirSync(join(dir, "sources"));
writeFileSync(join(dir, "sources/file.bin"), Buffer.alloc(1 << 20, 7));

try {
  console.log(`load ${loadavg()[0]?.toFixed(1)}, ${ROUNDS} rounds, medians`);
  await help();
  await processes();
  if (spawnSync("docker", ["info"]).status === 0) await containers();
  else console.log("no Docker Engine answers: containers left out");
} finally {
  lab("down", LAB, "-v");
  rmSync(dir, { recursive: true, force: true });
}

async function help(): Promise<void> {
  const own = await rounds(10, () => run(process.execPath, [bin, "--help"]));
  const node = await rounds(10, () => run(process.execPath, ["-e", "0"]));
  console.log(`lab --help: ${own.toFixed(3)} s, an empty program ${node.toFixed(3)} s`);
}

async function processes(): Promise<void> {
  const seconds = await rounds(ROUNDS, up("process"), () => lab("down", LAB));
  lab(...upArguments("process"));
  await delay(10_000);
  const { nodes } = await client().status();
  const peers = nodes.filter(({ role }) => role === "leecher").flatMap(({ memory }) => memory ?? []);
  lab("down", LAB);
  console.log(
    `processes: every peer connected after ${seconds.toFixed(2)} s; an idle peer has ${mb(median(peers))} private`,
  );
}

async function containers(): Promise<void> {
  lab(...upArguments("docker"));
  lab("down", LAB);
  const own: number[] = [];
  const compose: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await seconds(up("docker")));
    compose.push(await composeAlone());
    lab("down", LAB);
  }
  const [a, b] = [median(own), median(compose)];
  console.log(
    `containers: ${a.toFixed(2)} s, docker compose up -d ${b.toFixed(2)} s: ${(a / b).toFixed(2)} of its time`,
  );
  lab(...upArguments("docker"), "--leechers", "17");
  console.log(`lab down of 20 containers: ${(await seconds(() => lab("down", LAB))).toFixed(2)} s`);
}

/** The same containers once more, made by Compose from the file that `lab up` wrote. */
async function composeAlone(): Promise<number> {
  const file = labFolder(dir, LAB).compose;
  const compose = ["compose", "--project-name", `lab-${LAB}`, "--file", file];
  run("docker", [...compose, "down", "-v", "-t", "2"]);
  return seconds(async () => {
    run("docker", [...compose, "up", "-d"]);
    while (
      !(await client()
        .status()
        .then(isReady, () => false))
    )
      await delay(100);
  });
}

function client() {
  const token = readSecret(labFolder(dir, LAB).secrets, "admin") ?? "";
  return apiClient({ url: `http://127.0.0.1:${readPlan(dir, LAB)?.port}`, token });
}

function upArguments(runtime: string): string[] {
  return [
    "up",
    "--wait",
    "--timeout",
    "120",
    "--runtime",
    runtime,
    "--profile",
    "quick",
    "--leechers",
    "5",
    "--name",
    LAB,
  ];
}

function up(runtime: string): () => void {
  return () => lab(...upArguments(runtime));
}

function lab(...args: string[]): void {
  run(process.execPath, [bin, ...args]);
}

function run(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: dir, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stderr}`);
}

async function rounds(count: number, work: () => unknown, after: () => unknown = () => {}): Promise<number> {
  const all: number[] = [];
  for (let round = 0; round < count; round += 1) {
    all.push(await seconds(work));
    await after();
  }
  return median(all);
}

async function seconds(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
