import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Hello } from "../api/node.ts";
import { messageOf } from "../errors.ts";
import { budget } from "./budget.ts";
import { ordersOf, release } from "./conductor.ts";
import { type Admission, admit } from "./hello.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, record, settingsOf } from "./lab.ts";
import type { NodeLife } from "./node-life.ts";
import { listen, readMessage } from "./node-messages.ts";
import { endSocket, openSession } from "./session.ts";
import { recordPlan } from "./take-plan.ts";
import type { Tokens } from "./tokens.ts";

/** The nodes' side of the controller: `/v1/node`. */
export interface NodeDoor {
  /** Takes a connection that passed the guard. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** A `verify` of ten thousand files is 2 MB. */
const MESSAGE_BYTES = 8 << 20;
const HELLO_MS = 10_000;
/** Connections that have not been welcomed; more are turned away. */
const STRANGERS = 200;
/** Refusals a minute that are journaled: who knocks again and again must not fill it. */
const REFUSALS = 30;

export function openNodeDoor(lab: Lab, life: NodeLife, tokens: Tokens): NodeDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, perMessageDeflate: false });
  const refusals = budget(REFUSALS, 60);
  const strangers = new Set<WebSocket>();

  return {
    open(request, socket, head) {
      if (strangers.size >= STRANGERS) return void socket.destroy();
      server.handleUpgrade(request, socket, head, (connection) => greet(connection, hostOf(request)));
    },
    close() {
      for (const connection of server.clients) endSocket(connection, 1001, "the controller ends");
      server.close();
    },
  };

  /** Listens for a hello and nothing else. */
  function greet(connection: WebSocket, host: string): void {
    strangers.add(connection);
    const impatience = setTimeout(() => endSocket(connection, 1008, "no hello within 10 s"), HELLO_MS);
    connection.on("error", () => {}); // the close that follows says what was wrong
    connection.on("close", () => {
      clearTimeout(impatience);
      strangers.delete(connection);
    });
    connection.once("message", (data, isBinary) => {
      clearTimeout(impatience);
      const message = readMessage(data, isBinary);
      if (typeof message === "string") return turnAway(connection, host, `a malformed hello: ${message}`);
      if (message.type !== "hello") return turnAway(connection, host, `${message.type} before the hello`);
      meet(connection, message, host).catch((error: unknown) => turnAway(connection, host, messageOf(error), message));
    });
  }

  async function meet(connection: WebSocket, hello: Hello, host: string): Promise<void> {
    const grant = await tokens.grantOf(hello.token);
    if (connection.readyState !== connection.OPEN) return;
    const admission = admit(lab, hello, grant, host);
    if (!admission.ok) return turnAway(connection, host, admission.reason, hello);
    strangers.delete(connection);
    if (admission.adopted) lab.adopted.push(admission.adopted);
    welcome(connection, hello, host, admission);
  }

  function welcome(connection: WebSocket, hello: Hello, host: string, admission: Admission & { ok: true }): void {
    const { node, role, settings } = admission;
    const session = openSession(connection, { node, role });
    const before = lab.sessions.get(node);
    lab.sessions.set(node, session);
    before?.refuse("another connection said hello under this name");
    if (hello.peerId !== undefined) lab.names.add(hello.peerId, node);
    life.arrived(node);
    if (admission.adopted || !lab.journal.model.nodes[node]) recordPlan(lab, (peer) => settingsOf(lab, peer));
    const address = `${host}:${hello.port}`;
    record(lab, node, { type: "node", state: "running", role, client: hello.client, address, ...peerIdOf(hello) });
    lab.progressAt = lab.journal.now();
    release(lab);
    session.orders = ordersOf(lab, node);
    session.send({ type: "welcome", node, settings, torrents: [...session.orders] });
    listen(lab, life, connection, session);
    lab.reconcile();
  }

  function turnAway(connection: WebSocket, host: string, reason: string, hello?: Hello): void {
    connection.send(JSON.stringify({ type: "refused", reason }));
    endSocket(connection, 1008, reason);
    if (!refusals.spend(1)) return;
    const detail = { host, ...(hello ? { node: hello.node.slice(0, 63), role: hello.role } : {}) };
    record(lab, CONTROLLER, { type: "command", command: "hello", detail, ok: false, error: reason });
  }
}

function peerIdOf({ peerId }: Hello): { peerId?: string } {
  return peerId === undefined ? {} : { peerId };
}

/** The caller's address as people write it: IPv4 also where the socket is an IPv6 one. */
function hostOf(request: IncomingMessage): string {
  // A host that comes and goes without a packet is noticed within 20 s; one that is frozen is not cut off.
  request.socket.setKeepAlive(true, 10_000);
  const address = (request.socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
  return address.includes(":") ? `[${address}]` : address;
}
