import type { JournalLine } from "../../lab/api/journal.ts";
import type { LabStatus } from "../../lab/api/status.ts";
import type { RuntimeKind } from "../../lab/api/words.ts";
import { containerCpuSeconds } from "../parts/container-cpu.ts";
import type { MachineWatch } from "../parts/machine-watch.ts";
import { openProduct } from "../parts/product.ts";
import type { Strain } from "../report/void.ts";
import type { SwarmRun } from "./result.ts";
import { type Shape, type SwarmSettings, shapeOf } from "./shape.ts";

/** The swarm in the product, through its own front door; what happened is read from its status and its journal. */
export async function productSwarm(
  settings: SwarmSettings,
  runtime: RuntimeKind,
  machine: MachineWatch,
): Promise<SwarmRun> {
  const shape = shapeOf(settings);
  await using product = await openProduct({ name: "swarm", runtime, profile: profileOf(shape), size: shape.size });
  await product.up("--until", "complete", "--timeout", `${settings.patience}`).catch((error: unknown) => {
    if (!/ended with 124/.test(String(error))) throw error;
  });
  const status = await product.status();
  const cpuSeconds = runtime === "docker" ? await peersCpu(product.name) : 0;
  return { ...readRun(status, product.journal(status.lab.run), machine), cpuSeconds };
}

async function peersCpu(name: string): Promise<number> {
  const roles = ["seeder", "leecher"].map((role) => containerCpuSeconds(`lab.name=${name}`, `lab.role=${role}`));
  return (await Promise.all(roles)).reduce((sum, one) => sum + one, 0);
}

function profileOf({ pieceLength, seeder, leechers }: Shape): string {
  const group = (up: number, i: number) =>
    `  - { name: leecher-${String.fromCharCode(97 + i)}, count: 1, up: ${rate(up)} }`;
  const rate = (up: number) => (Number.isFinite(up) ? up : "unlimited");
  return `pieceLength: ${pieceLength}
seeders:
  - { count: 1, up: ${rate(seeder)} }
leechers:
${leechers.map(group).join("\n")}
`;
}

function readRun(
  { nodes, lab }: LabStatus,
  journal: readonly JournalLine[],
  machine: MachineWatch,
): Omit<SwarmRun, "cpuSeconds"> {
  const released = journal.find((line) => line.type === "release")?.t ?? 0;
  const leechers = nodes.filter((node) => node.role === "leecher").flatMap((node) => node.torrents);
  const seeds = nodes.filter((node) => node.role === "seeder").flatMap((node) => node.torrents);
  const completions = leechers.map(({ completedAt }) => (completedAt === null ? null : completedAt - released));
  const end = Math.max(...leechers.map(({ completedAt }) => completedAt ?? journal.at(-1)?.t ?? 0));
  const start = Date.parse(lab.startedAt ?? "");
  const strain: Strain = {
    busiestNode: busiestOf(journal, released, end),
    machine: machine.busy(start + released * 1000, start + end * 1000),
  };
  return { completions, seedUploaded: sum(seeds, "uploaded"), wasted: sum(leechers, "wasted"), strain };
}

/** Nodes say in each sample how busy their event loop was since the last one. */
function busiestOf(journal: readonly JournalLine[], from: number, to: number): Strain["busiestNode"] {
  const loads = new Map<string, number[]>();
  for (const line of journal) {
    if (line.type !== "sample" || line.t < from || line.t > to) continue;
    loads.set(line.node, [...(loads.get(line.node) ?? []), line.load]);
  }
  const means = [...loads].map(([name, all]) => ({ name, load: all.reduce((a, b) => a + b, 0) / all.length }));
  return means.toSorted((a, b) => b.load - a.load)[0] ?? null;
}

function sum<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
