import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { writeNodeEnvironment } from "../api/environment.ts";
import { toController } from "../api/node.ts";
import { usualSettings } from "../api/words.ts";
import { bundleNodePrograms, nodePrograms } from "../node/bundle.ts";
import { readResidentMemory } from "../node/measures.ts";
import { nodeFlags } from "../plan/node-flags.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { buildMetainfo } from "../swarm/metainfo-build.ts";
import { DEADLINE_MS } from "./target.ts";

/** A real leecher of the built bundle, alone with a controller and a tracker of ours. */
export interface PeerProgram {
  readonly port: number;
  readonly infoHash: string;
  readonly pieceCount: number;
  /** What the tracker answers from now on; announces are counted. */
  tracker: { answer: (response: ServerResponse) => void; announces: number };
  announce(): Promise<void>;
  /** @throws when it is gone, silent, too big, or has complained. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const PIECES = 64;
const PIECE_LENGTH = 16_384;
/** Above what it has at the start. */
const GROWTH = 200 * 1024 ** 2;

export async function startPeerProgram(): Promise<PeerProgram> {
  const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-peer-"));
  await bundleNodePrograms({ peer: nodePrograms.peer }, folder);
  writeFileSync(join(folder, "token"), "secret\n");
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
  torrent = torrentAt(`${url}/announce`);
  const parsed = parseMetainfo(torrent);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { infoHash } = parsed.metainfo;

  const sockets = new WebSocketServer({ server, path: "/v1/node" });
  const environment = writeNodeEnvironment({
    ...{ lab: "fuzz", run: "1", node: "leecher-1", role: "leecher", controller: url, host: "127.0.0.1", port: 0 },
    ...{ tokenFile: join(folder, "token"), sources: join(folder, "none"), data: join(folder, "data") },
  });
  const program = [...nodeFlags({ program: "peer", memory: 384 * 1024 ** 2 }), join(folder, "peer.mjs")];
  const child = spawn(process.execPath, program, { env: environment, stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  const exited = once(child, "exit");
  const [socket] = (await once(sockets, "connection")) as [WebSocket];
  const node = talk(socket, infoHash);
  const port = await node.port;
  const size = () => readResidentMemory(child.pid) ?? 0;
  const ownSize = size();
  return {
    port,
    infoHash,
    pieceCount: PIECES,
    tracker,
    announce: async () => void (await node.ask({ type: "announce" })),
    async check() {
      const gone = () => new Error(`the peer is gone: ${child.exitCode ?? child.signalCode}\n${complaints}`);
      if (child.exitCode !== null || child.signalCode !== null) throw gone();
      await Promise.race([node.ask({ type: "verify" }), exited.then(() => Promise.reject(gone()))]);
      if (complaints !== "") throw new Error(`the peer complains: ${complaints}`);
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

function torrentAt(announce: string): Uint8Array {
  const length = PIECES * PIECE_LENGTH;
  return buildMetainfo({
    name: "film",
    shape: "file",
    files: [{ path: ["film"], length, offset: 0, pad: false }],
    pieceLength: PIECE_LENGTH,
    pieces: Buffer.alloc(20 * PIECES, 7),
    private: true,
    announce,
  });
}

/** As much of a controller as a peer sees. */
function talk(socket: WebSocket, infoHash: string) {
  const results = new Map<number, () => void>();
  let [asked, hello] = [0, (_: number) => {}];
  const port = new Promise<number>((resolve) => {
    hello = resolve;
  });
  socket.on("message", (data) => {
    const message = toController.parse(JSON.parse(String(data)));
    if (message.type === "result") {
      results.get(message.id)?.();
      results.delete(message.id);
    }
    if (message.type !== "hello") return;
    const settings = { ...usualSettings, maxPeers: 200 };
    const torrents = [{ infoHash, duty: "fetch" }];
    socket.send(JSON.stringify({ type: "welcome", node: message.node, settings, torrents }));
    hello(message.port);
  });
  return {
    port,
    ask: (command: object) =>
      new Promise<void>((resolve, reject) => {
        asked += 1;
        const timer = setTimeout(() => reject(new Error("the peer does not answer its controller")), DEADLINE_MS - 500);
        results.set(asked, () => {
          clearTimeout(timer);
          resolve();
        });
        socket.send(JSON.stringify({ type: "command", id: asked, command }));
      }),
  };
}
