import type { Hello, NodeSettings } from "../api/node.ts";
import type { PlannedPeer } from "../api/run-plan.ts";
import type { Role } from "../api/words.ts";
import { isPeer } from "../swarm/peers.ts";
import { type Lab, peerNamed, peersOf, settingsOf } from "./lab.ts";
import { TRACKER, WEB } from "./run-fact.ts";
import type { Grant } from "./tokens.ts";

export type Admission =
  | {
      readonly ok: true;
      readonly node: string;
      readonly role: Role;
      readonly settings: NodeSettings;
      readonly adopted?: PlannedPeer;
    }
  | { readonly ok: false; readonly reason: string };

/** Decides whether a node may come in, and under which name. Changes nothing. */
export function admit(lab: Lab, hello: Hello, grant: Grant | undefined, host: string): Admission {
  const wrongToken: Admission = { ok: false, reason: "the token is not this node's" };
  if (grant?.kind !== "node") return wrongToken;
  if (grant.node !== null && grant.node !== hello.node) return wrongToken;
  const { interval } = lab.plan.tracker;
  if (hello.node === TRACKER && hello.role === "tracker")
    return { ok: true, node: TRACKER, role: "tracker", settings: { interval } };
  // Compose alone may have it or not: its `debug` profile is not known when the plan is made.
  if (hello.node === WEB && hello.role === "web" && (lab.plan.web || lab.plan.adopt))
    return { ok: true, node: WEB, role: "web", settings: { interval } };
  if (!isPeer(hello)) return { ok: false, reason: `the plan has no ${hello.role} of this name` };
  if (hello.peerId === undefined) return { ok: false, reason: "a peer must tell its peer id" };
  const owner = lab.names.ownerOf(hello.peerId);
  if (owner !== undefined && owner !== hello.node && lab.sessions.has(owner))
    return { ok: false, reason: `the peer id is ${owner}'s` };
  if (hello.node === "") return adopt(lab, hello.role, host);
  const peer = peerNamed(lab, hello.node);
  if (!peer) return { ok: false, reason: "the plan has no node of this name" };
  if (peer.role !== hello.role) return { ok: false, reason: `the plan has it as a ${peer.role}` };
  return { ok: true, node: peer.name, role: peer.role, settings: settingsOf(lab, peer) };
}

/**
 * A nameless node takes the place of one of its host that is not connected, else of one that has ended, else the next number.
 * One of another host that is not connected may be on its way back to a controller that was restarted.
 */
function adopt(lab: Lab, role: PlannedPeer["role"], host: string): Admission {
  const duty = lab.plan.adopt?.[role];
  if (!duty) return { ok: false, reason: "the plan has a name for every node, and this one gave none" };
  const away = lab.adopted.filter((peer) => peer.role === role && !lab.sessions.has(peer.name));
  const place = away.find(({ name }) => hostOf(lab, name) === host) ?? away.find(({ name }) => hasEnded(lab, name));
  if (place) return { ok: true, node: place.name, role, settings: settingsOf(lab, place) };
  const adopted: PlannedPeer = {
    ...duty,
    name: freeName(lab, role),
    group: role,
    role,
    joinAt: 0,
    lingerAfterComplete: null,
  };
  return { ok: true, node: adopted.name, role, settings: adopted.settings, adopted };
}

function freeName(lab: Lab, role: string): string {
  const taken = new Set(peersOf(lab).map((peer) => peer.name));
  let number = 1;
  while (taken.has(`${role}-${number}`)) number += 1;
  return `${role}-${number}`;
}

function hasEnded(lab: Lab, node: string): boolean {
  const state = lab.journal.model.nodes[node]?.state;
  return state === "stopped" || state === "failed";
}

function hostOf(lab: Lab, node: string): string | undefined {
  return lab.journal.model.nodes[node]?.address?.replace(/:\d+$/, "");
}
