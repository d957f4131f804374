import { existsSync, readFileSync } from "node:fs";
import type Docker from "dockerode";
import { connect } from "./client.ts";
import type { Engine } from "./engine.ts";

/** What an engine is and has, as far as it matters to labs. */
export interface EngineSurvey {
  readonly kind: Engine["kind"];
  readonly version: string;
  readonly compose: string;
  /** How it was found. */
  readonly source: string;
  readonly rootless: boolean;
  /** The version of Docker Desktop around it; `undefined` where there is none. */
  readonly desktop: string | undefined;
  /** Bytes of the machine it runs on. */
  readonly memory: number;
  /** Whether that machine is this one. */
  readonly isHere: boolean;
  /** Entries of its kernel's one table of neighbours; `undefined` where the kernel is another machine's. */
  readonly neighbours: number | undefined;
  /** Networks that it can still make out of its address pools; `undefined` where it does not tell. */
  readonly freeNetworks: number | undefined;
}

/** Asks the engine. Throws what its client throws. */
export async function surveyEngine(engine: Engine): Promise<EngineSurvey> {
  const client = await connect(engine.host, PATIENCE);
  const [info, version, networks] = await Promise.all([
    client.info() as Promise<Info>,
    client.version() as Promise<Version>,
    client.listNetworks(),
  ]);
  const desktop = /^Docker Desktop ([\d.]+)/.exec(version.Platform?.Name ?? "")?.[1];
  return {
    kind: engine.kind,
    version: engine.version,
    compose: engine.compose.version,
    source: engine.source,
    rootless: engine.rootless,
    desktop,
    memory: info.MemTotal ?? 0,
    isHere: engine.sharesFiles,
    // Docker Desktop has a kernel of its own.
    neighbours: engine.sharesFiles && desktop === undefined ? neighbourLimit() : undefined,
    freeNetworks:
      engine.kind === "docker" ? freeNetworks(info.DefaultAddressPools ?? STOCK_POOLS, networks) : undefined,
  };
}

function neighbourLimit(): number | undefined {
  const file = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

/** Milliseconds of silence. */
const PATIENCE = 5000;

interface Info {
  readonly MemTotal?: number;
  readonly DefaultAddressPools?: readonly Pool[] | null;
}

interface Version {
  readonly Platform?: { readonly Name?: string };
}

interface Pool {
  /** `172.17.0.0/16`. */
  readonly Base: string;
  /** Length of the prefix of each network made of it. */
  readonly Size: number;
}

/** Of an engine that was not given others. */
const STOCK_POOLS: readonly Pool[] = [
  ...Array.from({ length: 15 }, (_, index) => ({ Base: `172.${17 + index}.0.0/16`, Size: 16 })),
  { Base: "192.168.0.0/16", Size: 20 },
];

/** What the pools hold, without what lies in them already. */
export function freeNetworks(pools: readonly Pool[], networks: readonly Docker.NetworkInspectInfo[]): number {
  const taken = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => rangeOf(Subnet ?? "")));
  let free = 0;
  for (const { Base, Size } of pools) {
    const pool = rangeOf(Base);
    if (!pool) continue;
    const step = 2 ** (32 - Size);
    // A pool of a thousand networks and one of a million are as good.
    for (let first = pool.first; first < pool.end && free < MOST; first += step)
      if (!taken.some((range) => range && range.first < first + step && range.end > first)) free += 1;
  }
  return free;
}

const MOST = 1000;

/** First address and the one after the last of an IPv4 network; `undefined` for anything else. */
function rangeOf(subnet: string): { first: number; end: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return { first, end: first + size };
}
