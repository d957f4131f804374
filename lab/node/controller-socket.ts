import { WebSocket } from "ws";
import { type ToController, type ToNode, toNode } from "../api/node.ts";
import { messageOf } from "../errors.ts";

/** One connection to the controller, from dialling to its end. */
export interface ControllerSocket {
  /** Sends, or does nothing while the connection is not open. */
  send(message: ToController): void;
  /** Whether the controller takes what it is sent; if not, what can wait should. */
  readonly keepsUp: boolean;
  /** Closes once everything is sent; at most one second. */
  close(): Promise<void>;
  /** Ends at once. */
  terminate(): void;
}

export interface ControllerSocketEvents {
  onOpen(): void;
  /** `undefined`: a message that does not follow the protocol. */
  onMessage(message: ToNode | undefined): void;
  /** The connection has ended, or never came about. */
  onClose(problem: string): void;
}

/** Bytes in the socket above which the controller is not keeping up. */
const BACKLOG_LIMIT = 1 << 20;
/**
 * Until the first word of the controller. Where a hundred nodes start on two cores, it and this node may be held up for
 * many seconds; who gave up then would be missed by the controller, and come back to wait at the end of the line.
 */
const PATIENCE_MS = 30_000;
const PING_MS = 5000;
const CLOSE_MS = 1000;

export function openControllerSocket(url: string, events: ControllerSocketEvents): ControllerSocket {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: PATIENCE_MS });
  const impatience = setTimeout(() => socket.terminate(), PATIENCE_MS);
  const pulse = keepAlive(socket);
  let problem = "it closed the connection";
  socket.on("open", events.onOpen);
  socket.on("message", (data, isBinary) => {
    clearTimeout(impatience);
    events.onMessage(isBinary ? undefined : parse(data.toString()));
  });
  socket.on("error", (error) => {
    problem = messageOf(error);
  });
  socket.on("close", () => {
    clearTimeout(impatience);
    clearInterval(pulse);
    events.onClose(problem);
  });
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    get keepsUp() {
      return socket.bufferedAmount < BACKLOG_LIMIT;
    },
    close: () => closeOrTerminate(socket),
    terminate: () => socket.terminate(),
  };
}

function parse(text: string): ToNode | undefined {
  try {
    return toNode.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Ends a connection whose other side is gone without a word, as after a network change or when it is frozen. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let unanswered = 0;
  socket.on("pong", () => {
    unanswered = 0;
  });
  return setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    unanswered += 1;
    if (unanswered > 3) socket.terminate();
    else socket.ping();
  }, PING_MS);
}

async function closeOrTerminate(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const deadline = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.close();
  await closed;
  clearTimeout(deadline);
}
