import type { Socket } from "node:dgram";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hasCode, LabError } from "../../errors.ts";
import { createHttpFront } from "./http.ts";
import type { Service } from "./service.ts";
import { createUdpFront } from "./udp.ts";

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Ports that the system offered for TCP and that were taken for UDP, before we give up. */
const TRIES = 50;

/**
 * Opens TCP and UDP under one port number.
 * @throws LabError when the port is taken.
 */
export async function listen(service: Service, host: string, port: number): Promise<Listening> {
  for (let attempt = 1; ; attempt += 1) {
    const open: (Server | Socket)[] = [];
    try {
      const chosen = await openPair(service, host, port, open);
      if (host === "0.0.0.0") await openPair(service, "::", chosen, open).catch(withoutIpv6);
      return { port: chosen, close: () => closeAll(open) };
    } catch (error) {
      await closeAll(open);
      if (hasCode(error, "EADDRINUSE") && port === 0 && attempt < TRIES) continue;
      throw cannotListen(host, port, error);
    }
  }
}

async function openPair(service: Service, host: string, port: number, open: (Server | Socket)[]): Promise<number> {
  const ipv6 = host.includes(":");
  const http = createHttpFront(service);
  http.listen({ host, port, ipv6Only: ipv6, backlog: 1024 });
  await once(http, "listening");
  open.push(http);
  const { port: chosen } = http.address() as AddressInfo;
  const udp = createUdpFront(service, ipv6 ? 6 : 4);
  open.push(udp);
  // Asked first: the socket's own lookup answers at once, and so may `bind`.
  const bound = once(udp, "listening");
  udp.bind(chosen, host);
  await bound;
  return chosen;
}

/** A container or machine without IPv6 is nothing to talk about. */
function withoutIpv6(error: unknown): void {
  if (!hasCode(error, "EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL")) throw error;
}

async function closeAll(open: (Server | Socket)[]): Promise<void> {
  await Promise.all(
    open.splice(0).map(async (server) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    }),
  );
}

function cannotListen(host: string, port: number, error: unknown): unknown {
  if (hasCode(error, "EADDRINUSE"))
    return new LabError("environment", `the tracker's port ${port} on ${host} is taken`, {
      hint: "end the program that holds it, or choose another port",
      cause: error,
    });
  return error;
}
