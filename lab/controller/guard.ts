import type { IncomingMessage } from "node:http";

/** Why a request may not come in. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** Names under which people, programs and nodes call the controller. */
const NAMES = ["127.0.0.1", "localhost", "[::1]", "controller"];

/**
 * Refuses what a web page in the user's browser could send: a page may reach 127.0.0.1 under a name of its own (DNS
 * rebinding), or from its own origin (request forgery). Tokens alone would not tell such a request from a good one in
 * every browser, so it never gets that far.
 */
export interface Guard {
  check(request: Pick<IncomingMessage, "headers">): Refusal | undefined;
}

/** @param ports that the controller is reached at: its own, and the one it is published at. */
export function hostGuard(ports: readonly number[]): Guard {
  const hosts = new Set(NAMES.flatMap((name) => ports.flatMap((port) => spellings(name, port))));
  return {
    check({ headers }) {
      if (!hosts.has((headers.host ?? "").toLowerCase()))
        return { status: 421, error: "this controller does not answer to that Host" };
      const { origin } = headers;
      if (origin === undefined) return undefined;
      const sameSite = origin.startsWith("http://") && hosts.has(origin.slice("http://".length).toLowerCase());
      return sameSite ? undefined : { status: 403, error: "requests of other sites are refused" };
    },
  };
}

function spellings(name: string, port: number): string[] {
  return port === 80 ? [name, `${name}:80`] : [`${name}:${port}`];
}
