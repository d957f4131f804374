import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuntimeKind } from "../api/words.ts";
import { makePlan } from "../plan/make-plan.ts";
import { type LabPlan, noLiveChanges, type PlanNode } from "../plan/plan.ts";
import { profileSchema } from "../profile/schema.ts";
import { labFolder } from "./folder.ts";
import { writePlan } from "./plan-file.ts";

/** A folder to start labs in, and a bundle of small node programs that say what they see. For tests of runtimes. */
export interface Bench {
  readonly dir: string;
  /** Stands in for `.build/node`. */
  readonly programs: string;
  /** Names of labs of this bench begin with it, so that tests may run side by side. */
  readonly prefix: string;
  plan(lab: string, leechers: readonly string[], run?: string): LabPlan;
  [Symbol.dispose](): void;
}

/**
 * Every node program of the bench. Its first line is `up NAME boot=N token=OK|NONE`: `boot` counts the starts that its
 * data folder has seen; the next lines are `beat I`. A node of group `broken` ends with 3 at once.
 */
const PROGRAM = `
import { readFileSync, writeFileSync } from "node:fs";
const { LAB_NODE, LAB_DATA, LAB_TOKEN_FILE } = process.env;
const read = (path) => { try { return readFileSync(path, "utf8"); } catch { return ""; } };
const boot = Number(LAB_DATA ? read(LAB_DATA + "/boot") : 0) + 1;
if (LAB_DATA) writeFileSync(LAB_DATA + "/boot", String(boot));
const token = LAB_TOKEN_FILE && read(LAB_TOKEN_FILE) === "secret of " + LAB_NODE ? "OK" : "NONE";
console.log("up", LAB_NODE, "boot=" + boot, "token=" + token);
if (LAB_NODE.startsWith("broken")) { console.error("broken on purpose"); process.exit(3); }
process.on("SIGTERM", () => process.exit(143));
let beat = 0;
setInterval(() => console.log("beat", ++beat), 100);
`;

export async function openBench(kind: RuntimeKind): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), "lab-contract-"));
  const programs = join(dir, "programs");
  writePrograms(programs);
  mkdirSync(join(dir, "sources"));
  chmodSync(dir, 0o755);
  const prefix = `t${Date.now().toString(36)}${process.pid.toString(36)}`;
  const port = await freePort();
  return {
    dir,
    programs,
    prefix,
    plan: (lab, leechers, run = "r1") => writeLab({ kind, dir, port, lab: `${prefix}-${lab}`, leechers, run }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function writePrograms(folder: string): void {
  mkdirSync(folder);
  for (const program of ["tracker", "controller", "peer"]) writeFileSync(join(folder, `${program}.mjs`), PROGRAM);
  const here = dirname(fileURLToPath(import.meta.url));
  const dockerfile = readFileSync(join(here, "../../images/node/Dockerfile"));
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  const version = createHash("sha256").update(PROGRAM).update(dockerfile).digest("hex").slice(0, 16);
  writeFileSync(join(folder, "version"), `contract-${version}`);
}

interface Wanted {
  readonly kind: RuntimeKind;
  readonly dir: string;
  readonly port: number;
  readonly lab: string;
  readonly leechers: readonly string[];
  readonly run: string;
}

/**
 * A controller, a tracker, a seeder and these leechers (GROUP-N), as the product plans them, with the files beside them
 * that `lab up` writes.
 */
function writeLab(wanted: Wanted): LabPlan {
  const { kind, dir, port, lab, run } = wanted;
  const folder = labFolder(dir, lab);
  const plan = makePlan({
    lab,
    run,
    runtime: kind,
    dir,
    sources: join(dir, "sources"),
    profile: { ...profileSchema.parse(groupsOf(wanted.leechers)), name: "contract" },
    torrents: [],
    ports: { controller: port, tracker: port, web: 0 },
    scale: {},
    live: { ...noLiveChanges, removed: gaps(wanted.leechers) },
    folders: folder,
  });
  writeTokens(folder.secrets, plan.nodes);
  writePlan(plan);
  return plan;
}

const numbered = (name: string) => ({ group: name.replace(/-\d+$/, ""), number: Number(/\d+$/.exec(name)?.[0]) });

/** A group counts up to its highest number. */
function groupsOf(names: readonly string[]) {
  const counts = new Map<string, number>();
  for (const { group, number } of names.map(numbered)) counts.set(group, Math.max(number, counts.get(group) ?? 0));
  return { seeders: [{ count: 1 }], leechers: [...counts].map(([name, count]) => ({ name, count })) };
}

/** Nodes below the highest number of their group that are not wanted. */
function gaps(names: readonly string[]): string[] {
  return groupsOf(names)
    .leechers.flatMap(({ name, count }) => Array.from({ length: count }, (_, index) => `${name}-${index + 1}`))
    .filter((name) => !names.includes(name));
}

function writeTokens(secrets: string, nodes: readonly PlanNode[]): void {
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  for (const { name } of nodes) writeFileSync(join(secrets, `node-${name}`), `secret of ${name}`, { mode: 0o600 });
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
