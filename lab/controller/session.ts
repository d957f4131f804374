import type { WebSocket } from "ws";
import type { NodeCommand, ToController, ToNode, TorrentOrder } from "../api/node.ts";
import type { Role } from "../api/words.ts";

/** A node that said hello, for as long as its connection lasts. */
export interface Session {
  readonly node: string;
  readonly role: Role;
  /** What it was last told. */
  orders: readonly TorrentOrder[];
  cut: readonly string[];
  send(message: ToNode): void;
  /** Sends a command; resolves to the result's value, rejects with the node's own reason or after `seconds`. */
  ask(command: NodeCommand, seconds?: number): Promise<unknown>;
  answer(result: Extract<ToController, { type: "result" }>): void;
  /** Ends it for good: the node will not try again. */
  refuse(reason: string): void;
  /** Rejects what is still asked. */
  ended(): void;
}

interface Question {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

const ANSWER_SECONDS = 10;

export function openSession(socket: WebSocket, identity: Pick<Session, "node" | "role">): Session {
  const questions = new Map<number, Question>();
  let lastId = 0;

  return {
    ...identity,
    orders: [],
    cut: [],
    send,
    ask(command, seconds = ANSWER_SECONDS) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          questions.delete(id);
          reject(new Error(`did not answer within ${seconds} s`));
        }, seconds * 1000);
        questions.set(id, { resolve, reject, timer });
        send({ type: "command", id, command });
      });
    },
    answer(result) {
      const question = questions.get(result.id);
      if (!question) return;
      questions.delete(result.id);
      clearTimeout(question.timer);
      if (result.ok) question.resolve(result.value);
      else question.reject(new Error(result.error ?? "refused without a reason"));
    },
    refuse(reason) {
      send({ type: "refused", reason });
      endSocket(socket, 1008, reason);
    },
    ended() {
      for (const { reject, timer } of questions.values()) {
        clearTimeout(timer);
        reject(new Error("its connection ended"));
      }
      questions.clear();
    },
  };

  function send(message: ToNode): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }
}

const CLOSE_MS = 1000;

/** Closes with a reason (123 bytes at most, RFC 6455); a peer that does not answer is cut off. */
export function endSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(
    code,
    Buffer.from(reason)
      .subarray(0, 120)
      .toString("utf8")
      .replace(/\uFFFD$/, ""),
  );
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once("close", () => clearTimeout(timer));
}
