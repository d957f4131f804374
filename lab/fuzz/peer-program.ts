import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { writeNodeEnvironment } from "../api/environment.ts";
import type { Fact } from "../api/facts.ts";
import { type Hello, type ToController, type TorrentOrder, toController } from "../api/node.ts";
import { usualSettings } from "../api/words.ts";
import { bundleNodePrograms, nodePrograms } from "../node/bundle.ts";
import { readResidentMemory } from "../node/measures.ts";
import { nodeFlags } from "../plan/node-flags.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { buildMetainfo } from "../swarm/metainfo-build.ts";
import { DEADLINE_MS } from "./target.ts";

/** A real peer of the built bundle, alone with a controller and a tracker of ours. */
export interface PeerProgram {
  readonly port: number;
  readonly infoHash: string;
  /** What the tracker answers from now on; announces are counted. */
  tracker: { answer: (response: ServerResponse) => void; announces: number };
  announce(): Promise<void>;
  /** @throws when it is gone, silent, too big, or has complained. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** So few that a peer asks for all of them at once; the last bits of a bitfield are spare. */
const PIECES = 5;
const PIECE_LENGTH = 16_384;
const CONTENT = Buffer.alloc(PIECES * PIECE_LENGTH);
/** The hash of a piece of the content, and one of no bytes. */
const HASHES = {
  seed: createHash("sha1").update(CONTENT.subarray(0, PIECE_LENGTH)).digest(),
  fetch: Buffer.alloc(20, 7),
};
/** Above what it has at the start. */
const GROWTH = 200 * 1024 ** 2;

/** @param duty `fetch`: a leecher of a torrent that nobody can have, as its hashes are of no bytes. `seed`: a seeder. */
export async function startPeerProgram(duty: TorrentOrder["duty"] = "fetch"): Promise<PeerProgram> {
  const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-peer-"));
  await bundleNodePrograms({ peer: nodePrograms.peer }, folder);
  writeFileSync(join(folder, "token"), "secret\n");
  writeFileSync(join(folder, "film"), CONTENT);
  const good = "d8:completei0e10:incompletei1e8:intervali1800e5:peers0:e";
  const tracker: PeerProgram["tracker"] = { answer: (response) => response.end(good), announces: 0 };
  let torrent: Uint8Array = new Uint8Array();
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/v1/torrents/")) return void response.end(torrent);
    tracker.announces += 1;
    tracker.answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  torrent = torrentAt(`${url}/announce`, HASHES[duty]);
  const parsed = parseMetainfo(torrent);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { infoHash } = parsed.metainfo;

  const sockets = new WebSocketServer({ server, path: "/v1/node" });
  const environment = writeNodeEnvironment({
    ...{ lab: "fuzz", run: "1", node: "peer-1", role: duty === "seed" ? "seeder" : "leecher", controller: url },
    ...{ host: "127.0.0.1", port: 0, tokenFile: join(folder, "token"), sources: folder, data: join(folder, "data") },
  });
  const program = [...nodeFlags({ program: "peer", memory: 384 * 1024 ** 2 }), join(folder, "peer.mjs")];
  // In a group of its own: Ctrl-C on a terminal is for us, who close it.
  const child = spawn(process.execPath, program, {
    ...{ env: environment, detached: true },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const exited = once(child, "exit");
  const gone = () => new Error(`the peer is gone: ${child.exitCode ?? child.signalCode}\n${complaints}`);
  const unlessGone = <T>(wanted: Promise<T>) => Promise.race([wanted, exited.then(() => Promise.reject<T>(gone()))]);
  const [socket] = (await unlessGone(once(sockets, "connection"))) as [WebSocket];
  const node = talk(socket, { infoHash, duty });
  const port = await unlessGone(node.ready);
  const size = () => readResidentMemory(child.pid) ?? 0;
  const ownSize = size();
  return {
    port,
    infoHash,
    tracker,
    announce: async () => void (await node.ask({ type: "announce" })),
    async check() {
      if (child.exitCode !== null || child.signalCode !== null) throw gone();
      await unlessGone(node.ask({ type: "verify" }));
      if (complaints !== "") throw new Error(`the peer complains: ${complaints}`);
      if (node.lie !== undefined) throw new Error(`the peer told its controller what cannot be: ${node.lie}`);
      const grown = size() - ownSize;
      if (grown > GROWTH) throw new Error(`the peer grew by ${Math.round(grown / 1024 ** 2)} MiB`);
    },
    async close() {
      child.kill("SIGKILL");
      await exited;
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function torrentAt(announce: string, hash: Uint8Array): Uint8Array {
  const { length } = CONTENT;
  return buildMetainfo({
    name: "film",
    shape: "file",
    files: [{ path: ["film"], length, offset: 0, pad: false }],
    pieceLength: PIECE_LENGTH,
    pieces: Buffer.concat(new Array(PIECES).fill(hash)),
    private: true,
    announce,
  });
}

/** As much of a controller as a peer sees. Nobody comes to have a piece: one has them all, and for the other there are none. */
function talk(socket: WebSocket, order: TorrentOrder) {
  const results = new Map<number, () => void>();
  let asked = 0;
  let lie: string | undefined;
  const untold = new Set([order.duty === "seed" ? "seeding" : "waiting", "tracker-answer"]);
  const { promise: ready, resolve: told } = Promise.withResolvers<number>();
  let port = 0;
  socket.on("message", (data) => {
    const { data: message } = toController.safeParse(JSON.parse(String(data)));
    if (message === undefined) lie ??= String(data).slice(0, 300);
    else hear(message);
  });
  return {
    /** Resolves to its port when it is in its swarm and has taken the answer of its tracker. */
    ready,
    get lie() {
      return lie;
    },
    ask,
  };

  function hear(message: ToController): void {
    if (message.type === "hello") welcome(message);
    if (message.type === "facts") for (const fact of message.facts) learn(fact);
    if (message.type !== "result") return;
    results.get(message.id)?.();
    results.delete(message.id);
  }

  function welcome({ node, port: own }: Hello): void {
    port = own;
    const settings = { ...usualSettings, maxPeers: 200 };
    socket.send(JSON.stringify({ type: "welcome", node, settings, torrents: [order] }));
  }

  function learn(fact: Fact): void {
    if (fact.type === "have") lie ??= JSON.stringify(fact);
    untold.delete(fact.type === "torrent" ? fact.state : fact.type);
    if (untold.size === 0) told(port);
  }

  function ask(command: object): Promise<void> {
    return new Promise((resolve, reject) => {
      asked += 1;
      const timer = setTimeout(() => reject(new Error("the peer does not answer its controller")), DEADLINE_MS - 500);
      results.set(asked, () => {
        clearTimeout(timer);
        resolve();
      });
      socket.send(JSON.stringify({ type: "command", id: asked, command }));
    });
  }
}
