import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { writeNodeEnvironment } from "../../api/environment.ts";
import type { Fact, FactOf, Sample, TorrentSample } from "../../api/facts.ts";
import { type Hello, type NodeCommand, type TorrentOrder, toController } from "../../api/node.ts";
import { type PeerSettings, usualSettings } from "../../api/words.ts";
import { atHand } from "../../at-hand.fixture.ts";
import { nodeFlags, nodeVariables } from "../../plan/node-flags.ts";
import { parseMetainfo } from "../../swarm/metainfo.ts";
import { buildMetainfo } from "../../swarm/metainfo-build.ts";
import { bundleNodePrograms, nodePrograms } from "../bundle.ts";
import { startTracker, type Tracker } from "../tracker/tracker.ts";

/** A real swarm on loopback for tests: our tracker, peers as processes of the built bundle, and as much of a controller as they see. */
export interface TestSwarm extends AsyncDisposable {
  readonly folder: string;
  readonly tracker: Tracker;
  /** Announces and the like. */
  readonly trackerFacts: Fact[];
  /** A torrent of these files, handed out by the controller from now on. */
  torrent(name: string, files: Record<string, Buffer> | Buffer, options?: TorrentOptions): TestTorrent;
  readonly announce: string;
  /** Writes a torrent's files as a source. @returns the folder for `LAB_SOURCES`. */
  source(torrent: TestTorrent): string;
  start(options: PeerOptions): Promise<TestPeer>;
}

export interface TorrentOptions {
  readonly pieceLength?: number;
  /** Another tracker than the swarm's. */
  readonly announce?: string;
}

export interface TestTorrent {
  readonly infoHash: string;
  readonly name: string;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly length: number;
  /** By path, the torrent's name first. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface PeerOptions {
  readonly name: string;
  readonly orders: readonly TorrentOrder[];
  readonly settings?: Partial<PeerSettings>;
  readonly sources?: string;
  /** Of an earlier peer, to start it again. */
  readonly data?: string;
  /** Shell command that is run before it, with `$SOURCES` and `$DATA`; what mounts gets a mount namespace of its own. */
  readonly before?: string;
}

/** Whether tests may mount: as root, or where users have namespaces. */
export const canMount = atHand("mount namespace", spawnSync("unshare", ["-rm", "true"]).status === 0);

export interface TestPeer {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly peerId: string;
  readonly data: string;
  readonly facts: Fact[];
  readonly samples: Sample[];
  /** What it wrote to stderr. */
  readonly stderr: () => string;
  of<T extends Fact["type"]>(type: T): FactOf<T>[];
  /** The last sample of a torrent. */
  sampled(infoHash: string): TorrentSample | undefined;
  /** Resolves when the last state fact of the torrent says so. */
  state(infoHash: string, state: string, timeout?: number): Promise<FactOf<"torrent">>;
  command(command: NodeCommand): Promise<unknown>;
  /** Cuts its connection to the controller; resolves when it has said hello again, to what it tells from then on. */
  reconnect(orders: readonly TorrentOrder[]): Promise<Fact[]>;
  downloaded(torrent: TestTorrent): Map<string, Buffer | undefined>;
  running(): boolean;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

let bundle: Promise<string> | undefined;
const bundleFolder = mkdtempSync(join(tmpdir(), "lab-peer-bundle-"));
afterAll(() => rmSync(bundleFolder, { recursive: true, force: true }));

/** The peer's bundle, made once a test file. */
function builtPeer(): Promise<string> {
  bundle ??= bundleNodePrograms({ peer: nodePrograms.peer }, bundleFolder).then(() => join(bundleFolder, "peer.mjs"));
  return bundle;
}

export async function startTestSwarm(options: { interval?: number } = {}): Promise<TestSwarm> {
  const program = await builtPeer();
  const folder = mkdtempSync(join(tmpdir(), "lab-peer-"));
  const trackerFacts: Fact[] = [];
  const tracker = await startTracker({
    host: "127.0.0.1",
    port: 0,
    interval: options.interval ?? 2,
    onFact: (fact) => trackerFacts.push(fact),
  });
  const announce = `http://127.0.0.1:${tracker.port}/announce`;
  const torrents = new Map<string, Uint8Array>();
  const controller = await startController(torrents);
  const peers: TestPeer[] = [];
  writeFileSync(join(folder, "token"), "secret\n");

  return {
    folder,
    tracker,
    trackerFacts,
    announce,
    torrent(name, files, options = {}) {
      const made = makeTorrent(name, files, options.pieceLength ?? 16 * 1024, options.announce ?? announce);
      torrents.set(made.torrent.infoHash, made.bytes);
      return made.torrent;
    },
    source(torrent) {
      const root = mkdtempSync(join(folder, "sources-"));
      writeFiles(root, torrent);
      return root;
    },
    async start(peer) {
      const data = peer.data ?? mkdtempSync(join(folder, `${peer.name}-`));
      const environment = writeNodeEnvironment({
        lab: "test",
        run: "1",
        node: peer.name,
        role: "leecher",
        controller: controller.url,
        tokenFile: join(folder, "token"),
        host: "127.0.0.1",
        port: 0,
        sources: peer.sources ?? join(folder, "none"),
        data,
      });
      const settings = { ...usualSettings, ...peer.settings };
      const hello = (orders: readonly TorrentOrder[]) => controller.expect(peer.name, orders, settings);
      const connected = hello(peer.orders);
      const command = [process.execPath, ...nodeFlags({ program: "peer", memory: 384 * 1024 ** 2 }), program];
      if (peer.before) command.unshift("sh", "-ec", `${peer.before}\nexec "$@"`, "sh");
      if (peer.before?.startsWith("mount")) command.unshift("unshare", "-rm");
      const child = spawn(command[0] ?? "", command.slice(1), {
        env: { ...nodeVariables, ...environment, PATH: process.env.PATH, DATA: data, SOURCES: environment.LAB_SOURCES },
      });
      const started = await toTestPeer(peer.name, data, child, connected, hello);
      peers.push(started);
      return started;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(peers.map((peer) => peer.stop("SIGKILL")));
      await controller.close();
      await tracker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Node {
  readonly hello: Hello;
  readonly facts: Fact[];
  readonly samples: Sample[];
  command(command: NodeCommand): Promise<unknown>;
  drop(): void;
}

async function startController(torrents: Map<string, Uint8Array>) {
  const expected = new Map<
    string,
    { orders: readonly TorrentOrder[]; settings: PeerSettings; node: (node: Node) => void }
  >();
  const server: Server = createServer((request, response) => {
    const infoHash = /^\/v1\/torrents\/([0-9a-f]{40})\.torrent$/.exec(request.url ?? "")?.[1] ?? "";
    const allowed = request.headers.authorization === "Bearer secret";
    response.writeHead(!allowed ? 401 : torrents.has(infoHash) ? 200 : 404);
    response.end(allowed ? torrents.get(infoHash) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  new WebSocketServer({ server, path: "/v1/node" }).on("connection", (socket) => talk(socket, expected));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expect: (name: string, orders: readonly TorrentOrder[], settings: PeerSettings) =>
      new Promise<Node>((node) => expected.set(name, { orders, settings, node })),
    close: () => new Promise<unknown>((resolve) => server.close(resolve) && server.closeAllConnections()),
  };
}

type Expected = Map<string, { orders: readonly TorrentOrder[]; settings: PeerSettings; node: (node: Node) => void }>;

function talk(socket: WebSocket, expected: Expected): void {
  const facts: Fact[] = [];
  const samples: Sample[] = [];
  const results = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let commands = 0;
  const command = (command: NodeCommand) =>
    new Promise<unknown>((resolve, reject) => {
      commands += 1;
      results.set(commands, { resolve, reject });
      socket.send(JSON.stringify({ type: "command", id: commands, command }));
    });
  socket.on("message", (data) => {
    const message = toController.parse(JSON.parse(String(data)));
    if (message.type === "facts") facts.push(...message.facts);
    if (message.type === "sample") samples.push(message);
    if (message.type === "result") {
      if (message.ok) results.get(message.id)?.resolve(message.value);
      else results.get(message.id)?.reject(new Error(message.error));
    }
    if (message.type !== "hello") return;
    const known = expected.get(message.node);
    if (message.token !== "secret" || !known) throw new Error(`unexpected hello of ${message.node}`);
    socket.send(
      JSON.stringify({ type: "welcome", node: message.node, settings: known.settings, torrents: known.orders }),
    );
    known.node({ hello: message, facts, samples, command, drop: () => socket.terminate() });
  });
}

async function toTestPeer(
  name: string,
  data: string,
  child: ChildProcess,
  connected: Promise<Node>,
  hello: (orders: readonly TorrentOrder[]) => Promise<Node>,
): Promise<TestPeer> {
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  child.stdout?.resume();
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const node = await Promise.race([
    connected,
    ended.then((code) => Promise.reject(new Error(`${name} ended with ${code} before its hello:\n${stderr}`))),
  ]);
  const reached = (infoHash: string, state: string, timeout: number) =>
    vi.waitFor(
      () => {
        const last = of("torrent").findLast(({ torrent }) => torrent === infoHash);
        if (last?.state === state) return last;
        throw new Error(`${name} is ${last?.state} (${last?.error}), not ${state}\n${stderr}`);
      },
      { timeout, interval: 20 },
    );
  const of = <T extends Fact["type"]>(type: T) => node.facts.filter((fact): fact is FactOf<T> => fact.type === type);
  return {
    name,
    data,
    pid: child.pid ?? 0,
    port: node.hello.port,
    peerId: node.hello.peerId ?? "",
    facts: node.facts,
    samples: node.samples,
    stderr: () => stderr,
    of,
    sampled: (infoHash) =>
      node.samples.flatMap(({ torrents }) => torrents).findLast(({ torrent }) => torrent === infoHash),
    state: (infoHash, state, timeout = 15_000) =>
      Promise.race([reached(infoHash, state, timeout), ended.then(() => reached(infoHash, state, 0))]),
    command: node.command,
    async reconnect(orders) {
      const again = hello(orders);
      node.drop();
      return (await again).facts;
    },
    downloaded: (torrent) =>
      new Map([...torrent.files.keys()].map((path) => [path, readIfThere(join(data, torrent.infoHash, path))])),
    running: () => child.exitCode === null && child.signalCode === null,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function makeTorrent(name: string, files: Record<string, Buffer> | Buffer, pieceLength: number, announce: string) {
  const entries = Buffer.isBuffer(files) ? [{ path: [name], bytes: files }] : listFiles(name, files);
  const all = Buffer.concat(entries.map(({ bytes }) => bytes));
  const hashes: Buffer[] = [];
  for (let at = 0; at < all.length; at += pieceLength)
    hashes.push(
      createHash("sha1")
        .update(all.subarray(at, at + pieceLength))
        .digest(),
    );
  let offset = 0;
  const bytes = buildMetainfo({
    name,
    shape: Buffer.isBuffer(files) ? "file" : "folder",
    files: entries.map(({ path, bytes }) => {
      offset += bytes.length;
      return { path, length: bytes.length, offset: offset - bytes.length, pad: false };
    }),
    pieceLength,
    pieces: Buffer.concat(hashes),
    private: true,
    announce,
  });
  const result = parseMetainfo(bytes);
  if (!result.ok) throw new Error(result.reason);
  const { infoHash, pieceCount, length } = result.metainfo;
  const torrent: TestTorrent = {
    infoHash,
    name,
    pieceLength,
    pieceCount,
    length,
    files: new Map(entries.map(({ path, bytes }) => [path.join("/"), bytes])),
  };
  return { torrent, bytes };
}

function listFiles(name: string, files: Record<string, Buffer>) {
  return Object.entries(files).map(([path, bytes]) => ({ path: [name, ...path.split("/")], bytes }));
}

/** Puts a torrent's files below a folder. */
export function writeFiles(root: string, torrent: TestTorrent): void {
  for (const [path, bytes] of torrent.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

/** Bytes that look random and are the same for the same seed. */
export function seededBytes(seed: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i += 1) blocks.push(createHash("sha256").update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
