import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createTorrents } from "../../lab/torrents/create.ts";
import { sampleFile } from "../../lab/torrents/sample.ts";
import { scanSources } from "../../lab/torrents/scan.ts";
import { onInterrupt } from "../parts/clean-up.ts";
import { run } from "../parts/command.ts";
import { containerCpuSeconds } from "../parts/container-cpu.ts";
import type { MachineWatch } from "../parts/machine-watch.ts";
import { CONTENT } from "../parts/product.ts";
import type { SwarmRun } from "../swarm/result.ts";
import { type Shape, type SwarmSettings, shapeOf } from "../swarm/shape.ts";

export const anchorClients = ["libtorrent", "rtorrent", "transmission"] as const;
export type AnchorClient = (typeof anchorClients)[number];

interface Containers {
  readonly image: string;
  readonly network: string;
  /** The folder through which bench and peers talk; see `peer.py`. */
  readonly shared: string;
  readonly label: string;
}

interface Peer {
  readonly name: string;
  readonly role: "seeder" | "leecher";
  readonly up: number;
}

const BUNDLE = join(import.meta.dirname, "../../.build/node");
const READY_SECONDS = 60;
let swarms = 0;

/**
 * The swarm with another client: one container a peer on a network without a way out, the product's own tracker. The
 * leechers start together once all are there, as in the product.
 */
export async function anchorSwarm(
  client: AnchorClient,
  image: string,
  settings: SwarmSettings,
  machine: MachineWatch,
): Promise<SwarmRun> {
  const shape = shapeOf(settings);
  const peers = peersOf(shape);
  swarms += 1;
  const network = `bench-${process.pid}-${swarms}`;
  const shared = mkdtempSync(join(tmpdir(), "lab-bench-"));
  const containers = { image, network, shared, label: `lab.bench=${network}` };
  const done = onInterrupt(() => remove(containers));
  try {
    await prepare(containers, shape);
    await startTracker(containers);
    await Promise.all(peers.map((peer) => startPeer(containers, client, peer)));
    await filesOf(peers, shared, "ready", READY_SECONDS);
    const released = Date.now() / 1000;
    writeFileSync(join(shared, "go"), "");
    const leechers = peers.filter(({ role }) => role === "leecher");
    await filesOf(leechers, shared, "done", settings.patience).catch(() => {});
    const ended = Date.now();
    const cpuSeconds = await containerCpuSeconds(containers.label, "lab.bench.role=peer");
    writeFileSync(join(shared, "stop"), "");
    await filesOf(peers, shared, "end", READY_SECONDS);
    return { ...readRun(peers, shared, released, machine.busy(released * 1000, ended)), cpuSeconds };
  } finally {
    done();
    await remove(containers);
  }
}

function peersOf({ seeder, leechers }: Shape): Peer[] {
  const others = leechers.map((up, i): Peer => ({ name: `leecher-${i + 1}`, role: "leecher", up }));
  return [{ name: "seeder-1", role: "seeder", up: seeder }, ...others];
}

async function prepare({ network, shared, label }: Containers, { size, pieceLength }: Shape): Promise<void> {
  chmodSync(shared, 0o1777);
  const sources = join(shared, "sources");
  mkdirSync(sources);
  chmodSync(sources, 0o777);
  await sampleFile(join(sources, CONTENT), size);
  chmodSync(join(sources, CONTENT), 0o666);
  const { entries } = await scanSources(sources);
  const request = { sources, entries, folder: join(shared, "torrents"), announce: "http://tracker:6969/announce" };
  const { torrents } = await createTorrents({ ...request, private: true, pieceLength });
  writeFileSync(join(shared, "content.torrent"), readFileSync(torrents[0]?.path ?? ""), { mode: 0o644 });
  await run("docker", ["network", "create", "--internal", "--label", label, network]);
}

async function startTracker({ image, network, label }: Containers): Promise<void> {
  const program = ["-v", `${BUNDLE}:/lab:ro`, "-e", "LAB_HOST=0.0.0.0", "-e", "LAB_PORT=6969", image];
  const place = ["--network", network, "--network-alias", "tracker", "--label", label];
  await run("docker", ["run", "-d", "--init", ...place, ...program, "node", "/lab/tracker.mjs"]);
}

/** Locked in and limited like the product's own peers. */
async function startPeer(containers: Containers, client: AnchorClient, { name, role, up }: Peer): Promise<void> {
  const { image, network, shared, label } = containers;
  const place = [
    "--network",
    network,
    "--label",
    label,
    "--label",
    "lab.bench.role=peer",
    "-v",
    `${shared}:/shared`,
    "--cpus",
    "1",
    "--init",
  ];
  const variables = Object.entries({ NAME: name, ROLE: role, UP: Number.isFinite(up) ? up : 0, CLIENT: client });
  const env = variables.flatMap(([key, text]) => ["-e", `${key}=${text}`]);
  await run("docker", ["run", "-d", ...place, ...env, image, "python3", "/bench/peer.py"]);
}

/** Waits for a file of every peer. */
async function filesOf(peers: readonly Peer[], shared: string, kind: string, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  const missing = () => peers.filter(({ name }) => !existsSync(join(shared, `${name}.${kind}`)));
  while (missing().length > 0) {
    if (performance.now() > deadline)
      throw new Error(`no ${kind} of ${missing().map(({ name }) => name)} after ${seconds} s`);
    await delay(50);
  }
}

function readRun(peers: readonly Peer[], shared: string, released: number, busy: number): Omit<SwarmRun, "cpuSeconds"> {
  const totals = peers.map(({ name, role }) => ({
    role,
    ...(JSON.parse(readFileSync(join(shared, `${name}.end`), "utf8")) as { uploaded: number; wasted: number }),
  }));
  const completions = peers
    .filter(({ role }) => role === "leecher")
    .map(({ name }) => {
      const file = join(shared, `${name}.done`);
      return existsSync(file) ? Number(readFileSync(file, "utf8")) - released : null;
    });
  const wasted = totals.reduce((sum, one) => sum + (one.role === "leecher" ? one.wasted : 0), 0);
  const seed = totals.find(({ role }) => role === "seeder");
  return {
    ...{ completions, wasted, seedUploaded: seed?.uploaded ?? null },
    strain: { busiestNode: null, machine: busy },
  };
}

async function remove({ label, network, shared }: Containers): Promise<void> {
  const ids = (await run("docker", ["ps", "-aq", "--filter", `label=${label}`])).split(/\s+/).filter(Boolean);
  if (ids.length > 0) await run("docker", ["rm", "-fv", ...ids]);
  await run("docker", ["network", "rm", network]).catch(() => {});
  rmSync(shared, { recursive: true, force: true });
}
