import { sharedTorrents } from "../../../swarm/live.ts";
import type { SwarmModel } from "../../../swarm/model.ts";
import { stalled } from "../../../swarm/stalled.ts";
import { printable } from "../../../units.ts";
import type { LabData } from "../state/lab-data.ts";
import { peersOf } from "../state/peers.ts";

/** Names that are given in full; the rest is counted. */
const NAMED = 5;

/** A line about what keeps the picture from moving on, if anything does, and one for each cut. */
export function noticesOf(data: LabData): string[] {
  const { swarm } = data.picture;
  const first = noConnection(data) ?? (swarm.stopping ? "The lab is going down." : (stall(swarm) ?? failures(swarm)));
  return [...(first === null ? [] : [first]), ...cutsOf(swarm)];
}

function noConnection({ stream, connected, picture }: LabData): string | null {
  if (stream === "signed-out") return "This page is no longer signed in: open the link of `lab open` again.";
  if (stream !== "lost" && connected) return null;
  if (picture.swarm.stopping) return "The lab went down.";
  const who = stream === "lost" ? "web node" : "controller";
  return `The ${who} does not answer. This picture stands still until it does.`;
}

/** Of the first torrent that is stalled, which need not be the one that is shown. */
function stall(swarm: SwarmModel): string | null {
  const shared = sharedTorrents(swarm);
  for (const { info } of shared) {
    const reason = stalled(swarm, info.infoHash, swarm.t);
    if (reason !== null) return `Stalled: ${reason}${shared.length > 1 ? ` of ${printable(info.name)}` : ""}.`;
  }
  return null;
}

function failures({ nodes }: SwarmModel): string | null {
  const failed = Object.values(nodes).filter(({ state }) => state === "failed");
  return failed.length === 0 ? null : `Failed: ${namesOf(failed.map(({ name }) => name))}.`;
}

function cutsOf(swarm: SwarmModel): string[] {
  const peers = peersOf(swarm).map(({ name }) => name);
  const lines = swarm.cuts.map(([left, right]) => {
    const others = peers.filter((name) => !left.includes(name));
    const rest = others.length === right.length && others.every((name) => right.includes(name));
    return `cut: ${namesOf(left)} | ${rest ? "others" : namesOf(right)}`;
  });
  return [...new Set(lines)];
}

function namesOf(names: readonly string[]): string {
  const named = names.slice(0, NAMED).map(printable).join(", ");
  return names.length > NAMED ? `${named} and ${names.length - NAMED} more` : named;
}
