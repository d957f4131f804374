import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Address, formatKey, parseAddress, peerKey } from "./address.ts";
import { emptyAnnounce } from "./announce.ts";
import { failures, parseAnnounce, parseScrape } from "./parse-http.ts";
import { announceReply, failureReply, scrapeReply } from "./reply-http.ts";
import type { Service } from "./service.ts";

/** A scrape of 64 torrents (opentracker's most) takes 5 KB; longer requests than this get 431. */
const HEADER_BYTES = 16 * 1024;
const MOST_SCRAPED = 64;
/** Beyond it the connection that has been idle the longest is closed, so that idle ones cannot keep others out. */
const MOST_CONNECTIONS = 1000;
/** Longer than the lab's announce interval, so that a client may keep its connection. */
const IDLE_MS = 15_000;
const REQUEST_MS = 5_000;

/**
 * The tracker over HTTP, on opentracker's paths: only `GET`; leading slashes count as one; `a…` or nothing before `?` is an
 * announce, `sc…` a scrape, `stats` the statistics.
 */
export function createHttpFront(service: Service): Server {
  const { counters } = service;
  const connections = new Connections();
  const announce = emptyAnnounce("http");
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 1000,
    },
    answer,
  );
  server.on("connection", (socket) => {
    counters.tcp.accept += 1;
    connections.add(socket);
  });
  return server;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const from = connections.used(request.socket);
    const url = request.url ?? "";
    if (request.method !== "GET" || from === undefined || url.charCodeAt(0) !== SLASH) {
      counters.errors.parse += 1;
      refuse(response, 400);
      return;
    }
    const mark = url.indexOf("?");
    const path = pathOf(url, mark);
    const query = mark < 0 ? undefined : url.slice(mark + 1);
    if (path.startsWith("a") || (path === "" && query !== undefined)) answerAnnounce(response, query, from);
    else if (path.startsWith("sc")) answerScrape(response, query, from);
    else if (path === "stats") answerStats(response, query);
    else {
      counters.errors.notFound += 1;
      refuse(response, 404);
    }
  }

  function answerAnnounce(response: ServerResponse, query: string | undefined, from: Address): void {
    if (query === undefined) {
      refuseParameter(response);
      return;
    }
    const failure = parseAnnounce(query, from, announce);
    if (failure !== undefined) {
      if (failure !== failures.noInfoHash) counters.errors.parameter += 1;
      send(response, failureReply(failure));
      return;
    }
    counters.tcp.announce += 1;
    const swarm = service.swarms.announce(announce, service.now());
    const { body, peers } = announceReply(swarm, announce, service.interval);
    send(response, body);
    service.reports.announce(announce, swarm, peers);
  }

  /** Without an info-hash nothing: what torrents there are is nobody's business. */
  function answerScrape(response: ServerResponse, query: string | undefined, from: Address): void {
    const hashes = parseScrape(query ?? "", MOST_SCRAPED);
    if (!hashes || hashes.length === 0) {
      refuseParameter(response);
      return;
    }
    counters.tcp.scrape += 1;
    send(
      response,
      scrapeReply(hashes, (hash) => service.swarms.get(hash)),
    );
    service.reports.scrape(hashes, formatKey(peerKey(from, response.socket?.remotePort ?? 0)));
  }

  function answerStats(response: ServerResponse, query: string | undefined): void {
    const body = service.stats(query ?? "");
    if (body === undefined) refuseParameter(response);
    else send(response, body);
  }

  function refuseParameter(response: ServerResponse): void {
    counters.errors.parameter += 1;
    refuse(response, 400);
  }
}

const SLASH = 47;

/** What stands between the leading slashes and `?`. */
function pathOf(url: string, mark: number): string {
  let start = 1;
  while (url.charCodeAt(start) === SLASH) start += 1;
  return url.slice(start, mark < 0 ? url.length : mark);
}

function send(response: ServerResponse, body: string): void {
  response.sendDate = false;
  response.writeHead(200, ["Content-Type", "text/plain", "Content-Length", String(body.length)]);
  response.end(body, "latin1");
}

const titles = { 400: "Invalid Request", 404: "Not Found" } as const;

/** Closes too: whoever asks so is no torrent client, and a body that nobody wants may follow. */
function refuse(response: ServerResponse, status: keyof typeof titles): void {
  const body = `<title>${titles[status]}</title>\n`;
  response.sendDate = false;
  response.writeHead(status, titles[status], {
    "Content-Type": "text/html",
    "Content-Length": body.length,
    Connection: "close",
  });
  response.end(body);
}

/** Open connections with their address, the one that was used least lately first. */
class Connections {
  readonly #addresses = new Map<Socket, Address | undefined>();

  add(socket: Socket): void {
    this.#addresses.set(socket, parseAddress(socket.remoteAddress ?? ""));
    socket.once("close", () => this.#addresses.delete(socket));
    if (this.#addresses.size <= MOST_CONNECTIONS) return;
    const [oldest] = this.#addresses.keys();
    oldest?.destroy();
  }

  used(socket: Socket): Address | undefined {
    const address = this.#addresses.get(socket);
    this.#addresses.delete(socket);
    this.#addresses.set(socket, address);
    return address;
  }
}
