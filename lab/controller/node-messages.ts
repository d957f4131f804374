import type { RawData, WebSocket } from "ws";
import * as z from "zod";
import { type Fact, trackerFacts } from "../api/facts.ts";
import { type ToController, toController } from "../api/node.ts";
import { type Budget, budget } from "./budget.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, record } from "./lab.ts";
import type { NodeLife } from "./node-life.ts";
import { endSocket, type Session } from "./session.ts";

/** A node that tells more facts a second is read more slowly: its own backlog then holds it up. */
const FACTS_A_SECOND = 5000;
const trackerTypes = new Set<string>(trackerFacts.map((schema) => schema.shape.type.value));

/** Takes what a welcomed node says until its connection ends. */
export function listen(lab: Lab, life: NodeLife, connection: WebSocket, session: Session): void {
  const facts = budget(FACTS_A_SECOND, 1);
  let leaving = false;

  connection.on("message", (data, isBinary) => {
    if (lab.sessions.get(session.node) !== session) return;
    const message = readMessage(data, isBinary);
    const problem = typeof message === "string" ? message : hear(message);
    if (problem !== undefined) expel(lab, connection, session, problem);
  });
  connection.on("close", () => {
    session.ended();
    if (lab.sessions.get(session.node) !== session) return;
    lab.sessions.delete(session.node);
    if (leaving) life.left(session.node);
    else life.lost(session.node);
  });

  /** What is wrong with the message, if anything. */
  function hear(message: ToController): string | undefined {
    life.heard(session.node);
    switch (message.type) {
      case "facts":
        slowDown(connection, facts, message.facts.length);
        return takeFacts(lab, session, message.facts);
      case "sample":
        record(lab, session.node, lab.names.named(message));
        return undefined;
      case "result":
        session.answer(message);
        return undefined;
      case "bye":
        leaving = true;
        endSocket(connection, 1000, "bye");
        return undefined;
      case "hello":
        return "a second hello";
    }
  }
}

/** A message of the node protocol, or what is wrong with it. */
export function readMessage(data: RawData, isBinary: boolean): ToController | string {
  if (isBinary) return "a binary message";
  let json: unknown;
  try {
    json = JSON.parse(data.toString());
  } catch {
    return "not JSON";
  }
  const parsed = toController.safeParse(json);
  if (parsed.success) return parsed.data;
  return z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 200);
}

function takeFacts(lab: Lab, session: Session, facts: readonly Fact[]): string | undefined {
  const fromTracker = session.role === "tracker";
  const foreign = facts.find((fact) => trackerTypes.has(fact.type) !== fromTracker);
  if (foreign) return `a ${session.role} cannot report "${foreign.type}"`;
  for (const fact of facts) record(lab, session.node, lab.names.named(fact));
  if (!facts.some((fact) => fact.type === "torrent")) return undefined;
  lab.progressAt = lab.journal.now();
  lab.reconcile();
  return undefined;
}

/** A node that breaks the protocol is put out; the swarm and the controller go on. */
function expel(lab: Lab, connection: WebSocket, session: Session, problem: string): void {
  const error = `broke the node protocol: ${problem}`;
  record(lab, CONTROLLER, { type: "command", command: "message", detail: { node: session.node }, ok: false, error });
  lab.sessions.delete(session.node);
  record(lab, session.node, { type: "node", state: "failed", error });
  endSocket(connection, 1008, problem);
  lab.reconcile();
}

function slowDown(connection: WebSocket, facts: Budget, count: number): void {
  facts.spend(count);
  const wait = facts.wait();
  if (wait === 0 || connection.isPaused) return;
  connection.pause();
  setTimeout(() => connection.resume(), wait);
}
