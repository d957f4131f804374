import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import type { NodeEnvironment } from "../api/environment.ts";
import type { Fact, Sample } from "../api/facts.ts";
import { type Hello, type NodeCommand, type ToController, toNode, type Welcome } from "../api/node.ts";
import { LabError, messageOf } from "../errors.ts";
import { printable } from "../units.ts";

export interface ControllerLink {
  /** Queues facts; they leave in order, at most 50 ms later, or when the controller is there again. */
  facts(facts: readonly Fact[]): void;
  /** Sends a sample now; without a welcome it is dropped, for the next one says more. */
  sample(sample: Sample): void;
  /** Sends what is queued and `bye`, and ends; at most one second. */
  close(): Promise<void>;
  /** Facts that were dropped because the controller was away for too long. */
  readonly dropped: number;
}

export interface LinkOptions {
  readonly environment: Pick<NodeEnvironment, "controller" | "tokenFile" | "node">;
  /** Who this node is; name and token come from the environment. */
  readonly hello: Omit<Hello, "type" | "node" | "token">;
  /**
   * After every hello. `again` is true when it is not the first: the controller may have been restarted, so report the
   * state that later facts build on (torrents with their bitfields, open connections) once more.
   */
  onWelcome(welcome: Welcome, again: boolean): void;
  /** Does a command; what it returns or resolves to is the result's value, what it throws the result's error. */
  onCommand(command: NodeCommand): unknown;
  /** The controller will not have this node; the link has ended for good. */
  onRefused(reason: string): void;
  /** One line for people; default: stderr. */
  log?(line: string): void;
}

const FLUSH_MS = 50;
const FACTS_A_MESSAGE = 1000;
/** Facts kept while the controller is away, the oldest dropped first: some 20 MB, or minutes of a busy swarm. */
export const FACT_LIMIT = 50_000;
/** Bytes in the socket above which the controller is not keeping up: facts then wait here, where they are bounded. */
const BACKLOG_LIMIT = 1 << 20;
const RETRY_MS = { first: 200, most: 3000 };
const WELCOME_MS = 5000;
const PING_MS = 5000;
const CLOSE_MS = 1000;

/**
 * The node's side of the protocol in `api/node.ts`. Connects for ever with back-off and jitter: a controller that
 * restarts kills no node, and the node says hello again under the name that it was given.
 * @throws LabError when the token's file cannot be read.
 */
export function connectToController(options: LinkOptions): ControllerLink {
  const { environment, hello, log = (line) => console.error(line) } = options;
  const url = `${environment.controller.replace(/^http/, "ws").replace(/\/$/, "")}/v1/node`;
  const token = readToken(environment.tokenFile);
  const queue = new FactQueue();
  let name = environment.node;
  let welcomes = 0;
  let welcomed = false;
  let ended = false;
  let failures = 0;
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let flushing: NodeJS.Timeout | undefined;

  connect();
  return {
    facts(facts) {
      if (ended) return;
      queue.add(facts);
      flushSoon();
    },
    sample(sample) {
      if (welcomed && socket && socket.bufferedAmount < BACKLOG_LIMIT) send(sample);
    },
    close,
    get dropped() {
      return queue.dropped;
    },
  };

  function connect(): void {
    const connection = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: WELCOME_MS });
    socket = connection;
    const impatience = setTimeout(() => connection.terminate(), WELCOME_MS);
    const pulse = keepAlive(connection);
    let problem = "it closed the connection";
    connection.on("open", () => send({ type: "hello", node: name, token, ...hello }));
    connection.on("message", (data, isBinary) => {
      const message = isBinary ? undefined : parse(data.toString());
      if (message === undefined) log("the controller sent a message that this node does not know; it is ignored");
      else if (message.type === "welcome") welcome(message, impatience);
      else if (message.type === "refused") refuse(message.reason);
      else void answer(message.id, message.command);
    });
    connection.on("error", (error) => {
      problem = messageOf(error);
    });
    connection.on("close", () => {
      clearTimeout(impatience);
      clearInterval(pulse);
      if (!ended) lost(problem);
    });
  }

  function welcome(message: Welcome, impatience: NodeJS.Timeout): void {
    clearTimeout(impatience);
    if (failures > 0 && welcomes > 0) log("connected to the controller again");
    failures = 0;
    welcomes += 1;
    welcomed = true;
    name = message.node;
    options.onWelcome(message, welcomes > 1);
    flush();
  }

  function refuse(reason: string): void {
    end();
    socket?.terminate();
    options.onRefused(printable(reason));
  }

  async function answer(id: number, command: NodeCommand): Promise<void> {
    try {
      const value = await options.onCommand(command);
      send({ type: "result", id, ok: true, ...(value === undefined ? {} : { value }) });
    } catch (error) {
      send({ type: "result", id, ok: false, error: messageOf(error).slice(0, 1000) });
    }
  }

  function lost(problem: string): void {
    if (welcomed || failures === 0) log(`no connection to the controller at ${url}: ${problem}; trying again`);
    welcomed = false;
    const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures);
    failures += 1;
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  }

  function flushSoon(): void {
    flushing ??= setTimeout(flush, FLUSH_MS);
  }

  function flush(): void {
    clearTimeout(flushing);
    flushing = undefined;
    while (welcomed && socket && queue.size > 0) {
      if (socket.bufferedAmount > BACKLOG_LIMIT) {
        flushSoon();
        return;
      }
      send({ type: "facts", facts: queue.take(FACTS_A_MESSAGE) });
    }
  }

  function send(message: ToController): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  function end(): void {
    ended = true;
    clearTimeout(retry);
    clearTimeout(flushing);
  }

  async function close(): Promise<void> {
    if (ended) return;
    flush();
    end();
    const connection = socket;
    if (!connection || connection.readyState === WebSocket.CLOSED) return;
    if (!welcomed) return connection.terminate();
    const closed = new Promise<void>((resolve) => connection.once("close", () => resolve()));
    send({ type: "bye" });
    connection.close();
    const deadline = setTimeout(() => connection.terminate(), CLOSE_MS);
    await closed;
    clearTimeout(deadline);
  }
}

function readToken(file: string): string {
  if (file === "") return "";
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new LabError("environment", `cannot read this node's token: ${messageOf(cause)}`, {
      hint: "LAB_TOKEN_FILE names the file; `lab up` writes it",
      cause,
    });
  }
}

function parse(text: string) {
  try {
    return toNode.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Ends a connection whose other side is gone without a word, as after a network change or a frozen controller. */
function keepAlive(connection: WebSocket): NodeJS.Timeout {
  let silent = 0;
  connection.on("pong", () => {
    silent = 0;
  });
  return setInterval(() => {
    if (connection.readyState !== WebSocket.OPEN) return;
    silent += 1;
    if (silent > 3) connection.terminate();
    else connection.ping();
  }, PING_MS);
}

/** First in, first out; beyond `FACT_LIMIT` the oldest go and are counted. */
class FactQueue {
  #facts: Fact[] = [];
  dropped = 0;

  get size(): number {
    return this.#facts.length;
  }

  add(facts: readonly Fact[]): void {
    for (const fact of facts) this.#facts.push(fact);
    // Trimmed a tenth at a time: shifting a long array once a fact would cost more than the fact.
    if (this.#facts.length <= FACT_LIMIT * 1.1) return;
    this.dropped += this.#facts.length - FACT_LIMIT;
    this.#facts = this.#facts.slice(-FACT_LIMIT);
  }

  take(count: number): Fact[] {
    return this.#facts.splice(0, count);
  }
}
