import { readFileSync } from "node:fs";
import type { NodeEnvironment } from "../api/environment.ts";
import type { Fact, Sample } from "../api/facts.ts";
import type { Hello, NodeCommand, ToNode, Welcome } from "../api/node.ts";
import { LabError, messageOf } from "../errors.ts";
import { printable } from "../units.ts";
import { untilBeat } from "./beat.ts";
import { changedCounters } from "./changed-counters.ts";
import { type ControllerSocket, openControllerSocket } from "./controller-socket.ts";
import { FactQueue } from "./fact-queue.ts";

export interface ControllerLink {
  /** Queues facts; they leave in order, on the next beat, or when the controller is there again. */
  facts(facts: readonly Fact[]): void;
  /** Sends what is new of a sample now, after what is queued; without a welcome it waits for the next one. */
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

const FACTS_A_MESSAGE = 1000;
const RETRY_MS = { first: 200, most: 3000 };

/**
 * The node's side of the protocol in `api/node.ts`. Connects for ever with back-off and jitter: a controller that
 * restarts kills no node, and the node says hello again under the name that it was given.
 * @throws LabError when the token's file cannot be read, or there is no controller to connect to.
 */
export function connectToController(options: LinkOptions): ControllerLink {
  const { environment, hello, log = (line) => console.error(line) } = options;
  const url = socketUrl(environment.controller);
  const token = readToken(environment.tokenFile);
  const queue = new FactQueue();
  const counters = changedCounters();
  let name = environment.node;
  let socket = connect();
  let state: "dialling" | "welcomed" | "ended" = "dialling";
  let welcomes = 0;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let flushing: NodeJS.Timeout | undefined;

  return {
    facts(facts) {
      if (state === "ended") return;
      queue.add(facts);
      flushSoon();
    },
    sample(sample) {
      flush();
      if (state === "welcomed" && socket.keepsUp) socket.send(counters.since(sample));
      else counters.hold(sample);
    },
    close,
    get dropped() {
      return queue.dropped;
    },
  };

  function connect(): ControllerSocket {
    return openControllerSocket(url, {
      onOpen: () => socket.send({ type: "hello", node: name, token, ...hello }),
      onMessage: receive,
      onClose: lost,
    });
  }

  function receive(message: ToNode | undefined): void {
    if (message === undefined) log("the controller sent a message that this node does not know; it is ignored");
    else if (message.type === "welcome") welcome(message);
    else if (message.type === "refused") refuse(message.reason);
    else void answer(message.id, message.command);
  }

  function welcome(message: Welcome): void {
    if (failures > 0) log("connected to the controller");
    failures = 0;
    welcomes += 1;
    state = "welcomed";
    counters.forget();
    name = message.node;
    options.onWelcome(message, welcomes > 1);
    flush();
  }

  function refuse(reason: string): void {
    end();
    socket.terminate();
    options.onRefused(printable(reason));
  }

  async function answer(id: number, command: NodeCommand): Promise<void> {
    // Ids begin anew with every connection: on the next one this would answer another question.
    const asked = socket;
    try {
      const value = await options.onCommand(command);
      asked.send({ type: "result", id, ok: true, ...(value === undefined ? {} : { value }) });
    } catch (error) {
      asked.send({ type: "result", id, ok: false, error: messageOf(error).slice(0, 1000) });
    }
  }

  function lost(problem: string): void {
    if (state === "ended") return;
    if (failures === 0) log(`no connection to the controller at ${url}: ${problem}; trying again`);
    state = "dialling";
    const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures);
    failures += 1;
    retry = setTimeout(
      () => {
        socket = connect();
      },
      wait * (0.5 + Math.random() / 2),
    );
  }

  function flushSoon(): void {
    flushing ??= setTimeout(flush, untilBeat());
  }

  function flush(): void {
    clearTimeout(flushing);
    flushing = undefined;
    while (state === "welcomed" && queue.size > 0) {
      if (!socket.keepsUp) {
        flushSoon();
        return;
      }
      socket.send({ type: "facts", facts: queue.take(FACTS_A_MESSAGE) });
    }
  }

  async function close(): Promise<void> {
    if (state === "ended") return;
    flush();
    socket.send({ type: "bye" });
    const welcomed = state === "welcomed";
    end();
    if (welcomed) await socket.close();
    else socket.terminate();
  }

  function end(): void {
    state = "ended";
    clearTimeout(retry);
    clearTimeout(flushing);
  }
}

function socketUrl(controller: string): string {
  if (/^https?:\/\/[^/]+\/?$/.test(controller))
    return `${controller.replace(/^http/, "ws").replace(/\/$/, "")}/v1/node`;
  throw new LabError("usage", `the controller's address is not http://HOST:PORT but "${printable(controller)}"`, {
    hint: "LAB_CONTROLLER says it",
  });
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
