import type { LabStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { isPeer } from "../swarm/peers.ts";
import { printable } from "../units.ts";

/** What `--until` waits for. */
export type Condition =
  | { readonly kind: "complete" }
  | { readonly kind: "ratio"; readonly value: number }
  | { readonly kind: "progress"; readonly value: number };

/** `complete`, `ratio=1.0` or `progress=50%`; a usage error for anything else. */
export function parseCondition(text: string): Condition {
  if (text === "complete") return { kind: "complete" };
  const [kind, number = "", ...more] = text.split("=");
  const value = more.length === 0 && /^\d+(\.\d+)?%?$/.test(number) ? Number.parseFloat(number) : Number.NaN;
  if (kind === "ratio" && !number.endsWith("%") && value > 0) return { kind, value };
  if (kind === "progress" && value > 0) {
    const share = number.endsWith("%") ? value / 100 : value;
    if (share <= 1) return { kind, value: share };
  }
  throw new LabError("usage", `cannot wait until "${printable(text)}"`, {
    hint: "Write --until complete, ratio=1.0 or progress=50%.",
  });
}

/**
 * Whether the lab is there: every live leecher is complete, every peer gave back `ratio`, every leecher has `progress`.
 * Nodes that were stopped on purpose do not count; a failed one keeps it from ever being reached.
 */
export function isReached(condition: Condition, status: LabStatus): boolean {
  const leechers = status.nodes.filter((node) => node.role === "leecher" && node.state !== "stopped");
  if (status.lab.state === "starting" || leechers.length === 0) return false;
  return leechers.every(({ torrents }) => {
    const shared = torrents.filter((torrent) => torrent.state !== "retired");
    if (shared.length === 0) return false;
    switch (condition.kind) {
      case "complete":
        return shared.every((torrent) => torrent.progress === 1);
      case "progress":
        return shared.every((torrent) => torrent.progress >= condition.value);
      case "ratio":
        return sum(shared, "uploaded") >= condition.value * sum(shared, "downloaded");
    }
  });
}

function sum(torrents: readonly { uploaded: number; downloaded: number }[], key: "uploaded" | "downloaded"): number {
  return torrents.reduce((total, torrent) => total + torrent[key], 0);
}

/** Why the condition can no longer be reached, or `undefined`: a failed node. */
export function hopeless(status: LabStatus): string | undefined {
  const failed = status.nodes.filter((node) => node.state === "failed");
  if (failed.length === 0) return undefined;
  return failed.map((node) => `${node.name}: ${node.error ?? "failed"}`).join("; ");
}

/** `--wait`: the tracker answers; every node said hello, announced and has a connection. */
export function isReady(status: LabStatus): boolean {
  const peers = status.nodes.filter(isPeer);
  const nodesRun = status.nodes.every((node) => node.state === "running" || node.role === "controller");
  const connected = (node: (typeof peers)[number]) =>
    node.torrents.length === 0 || node.torrents.some((torrent) => torrent.peers > 0);
  return nodesRun && peers.every((node) => node.state === "running" && (peers.length === 1 || connected(node)));
}
