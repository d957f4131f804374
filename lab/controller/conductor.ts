import type { TorrentOrder } from "../api/node.ts";
import type { PlannedPeer } from "../api/run-plan.ts";
import { messageOf } from "../errors.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, peerNamed, peersOf, record } from "./lab.ts";
import { hasLeft, ordersFor } from "./orders.ts";
import { RELEASE_PATIENCE, waitingFor } from "./release.ts";
import type { Session } from "./session.ts";

/** Lets peers go when their time has come and gives every node the orders it should have now. */
export function conduct(lab: Lab): void {
  release(lab);
  const peers = new Map(peersOf(lab).map((peer) => [peer.name, peer]));
  for (const session of lab.sessions.values()) {
    order(lab, session, peers.get(session.node));
    cut(lab, session);
  }
}

/** The torrents that a node should have now; torrents are the peers' matter. */
export function ordersOf(lab: Lab, node: string): TorrentOrder[] {
  return ordersOfPeer(lab, peerNamed(lab, node));
}

function ordersOfPeer(lab: Lab, peer: PlannedPeer | undefined): TorrentOrder[] {
  return peer ? ordersFor(peer, lab.journal.model, lab.journal.now()) : [];
}

/** Lets go who is due: all leechers at the line together, later ones and seeders that join later at their time. */
export function release(lab: Lab): void {
  const { model } = lab.journal;
  if (model.releasedAt === null && !firstRelease(lab)) return;
  const since = lab.journal.now() - (model.releasedAt ?? 0);
  const late = peersOf(lab).filter((peer) => {
    const node = model.nodes[peer.name];
    const waits = peer.fetches.length > 0 || peer.joinAt > 0;
    return node?.state === "running" && node.releasedAt === null && waits && since >= peer.joinAt;
  });
  if (late.length > 0) record(lab, CONTROLLER, { type: "release", nodes: late.map((peer) => peer.name) });
}

function firstRelease(lab: Lab): boolean {
  const { model } = lab.journal;
  const waiting = waitingFor(peersOf(lab), model, lab.plan.adopt !== undefined);
  const patient = lab.journal.now() - lab.progressAt < RELEASE_PATIENCE;
  if (waiting.some((one) => one.working || patient)) return false;
  const first = peersOf(lab).filter((peer) => {
    return peer.joinAt === 0 && peer.fetches.length > 0 && model.nodes[peer.name]?.state === "running";
  });
  record(lab, CONTROLLER, { type: "release", nodes: first.map((peer) => peer.name) });
  if (waiting.length > 0) record(lab, CONTROLLER, { type: "mark", text: releasedWithout(waiting) });
  return true;
}

function releasedWithout(waiting: ReturnType<typeof waitingFor>): string {
  const who = waiting.map(({ node, reason }) => `${node} ${reason}`).join(", ");
  const text = `released after ${RELEASE_PATIENCE} s of waiting: ${who}`;
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** @param peer of the session; nodes that are none get no orders. */
function order(lab: Lab, session: Session, peer: PlannedPeer | undefined): void {
  const orders = ordersOfPeer(lab, peer);
  if (sameOrders(session.orders, orders)) return;
  if (peer && orders.length === 0 && hasLeft(peer, lab.journal.model, lab.journal.now()))
    record(lab, CONTROLLER, { type: "command", command: "leave", detail: { node: session.node }, ok: true });
  session.orders = orders;
  tell(lab, session, { type: "torrents", torrents: orders });
}

/** The peer ids that a node must not talk to; they change when the other side is restarted. */
function cut(lab: Lab, session: Session): void {
  if (lab.journal.model.cuts.length === 0 && session.cut.length === 0) return;
  const refused = cutPeers(lab, session.node);
  if (refused.join() === session.cut.join()) return;
  session.cut = refused;
  tell(lab, session, { type: "cut", peers: refused });
}

function cutPeers(lab: Lab, node: string): string[] {
  const { cuts, nodes } = lab.journal.model;
  const others = cuts.flatMap(([left, right]) => {
    if (left.includes(node)) return right;
    return right.includes(node) ? left : [];
  });
  return [...new Set(others)].flatMap((name) => nodes[name]?.peerId ?? []).sort();
}

/** A node that cannot do what it is told is a fact of the lab; the lab goes on. */
function tell(lab: Lab, session: Session, command: Parameters<Session["ask"]>[0]): void {
  session.ask(command).catch((error: unknown) => {
    if (lab.sessions.get(session.node) !== session) return;
    const detail = { node: session.node };
    record(lab, CONTROLLER, { type: "command", command: command.type, detail, ok: false, error: messageOf(error) });
  });
}

/** In the same order too: orders are made anew a few times a second for each node, so the look must cost little. */
function sameOrders(a: readonly TorrentOrder[], b: readonly TorrentOrder[]): boolean {
  return a.length === b.length && a.every((one, i) => one.infoHash === b[i]?.infoHash && one.duty === b[i]?.duty);
}
