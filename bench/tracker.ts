/**
 * Announces per CPU second of our tracker, and of opentracker where it is installed, over UDP, HTTP with a connection an
 * announce, and HTTP kept alive. The generator runs in this process; only the tracker's own CPU time counts.
 *
 *     node lab/build.ts && node bench/tracker.ts [seconds]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { accessSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SECONDS = Number(process.argv[2] ?? 5);
const TORRENTS = 100;
const PEERS = 4000;
const PORT = 26_969;
const HASHES = Array.from({ length: TORRENTS }, (_, i) => Buffer.from((i + 1).toString(16).padStart(40, "0"), "hex"));

interface Subject {
  readonly name: string;
  readonly process: ChildProcess;
}

/** Sends as fast as answers come back, until told to stop; calls `answered` for each. */
type Load = (port: number, answered: () => void) => Promise<() => void>;

const loads: Record<string, Load> = {
  UDP: udpLoad,
  "HTTP, close": (port, answered) => httpLoad(port, false, answered),
  "HTTP, keep-alive": (port, answered) => httpLoad(port, true, answered),
};

const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
chmodSync(folder, 0o755);
const children: ChildProcess[] = [];
process.on("exit", () => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const start of [startOurs, startOpentracker]) {
  const subject = start();
  if (!subject) continue;
  children.push(subject.process);
  await answering();
  for (const [name, load] of Object.entries(loads)) {
    if (subject.name === "opentracker" && name.endsWith("keep-alive")) continue;
    const perSecond = await measure(subject, load);
    console.log(`${subject.name.padEnd(12)} ${name.padEnd(18)} ${Math.round(perSecond)} announces per CPU second`);
  }
  subject.process.kill();
  await once(subject.process, "exit");
}
process.exit(0);

async function measure(subject: Subject, load: Load): Promise<number> {
  let answers = 0;
  const stop = await load(PORT, () => {
    answers += 1;
  });
  const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  await wait(1);
  const before = { answers, cpu: cpuSeconds(subject) };
  await wait(SECONDS);
  const perSecond = (answers - before.answers) / (cpuSeconds(subject) - before.cpu);
  stop();
  return perSecond;
}

function startOurs(): Subject {
  const program = fileURLToPath(new URL("../.build/node/tracker.mjs", import.meta.url));
  const env = { LAB_HOST: "127.0.0.1", LAB_PORT: String(PORT) };
  return {
    name: "torrent-lab",
    process: spawn(process.execPath, [program], { env, stdio: ["ignore", "ignore", "inherit"] }),
  };
}

/** Debian's build answers for torrents in its whitelist only, and will not run as root: it becomes `nobody`. */
function startOpentracker(): Subject | undefined {
  try {
    accessSync("/usr/bin/opentracker");
  } catch {
    return undefined;
  }
  const whitelist = join(folder, "whitelist");
  const settings = join(folder, "opentracker.conf");
  writeFileSync(whitelist, HASHES.map((hash) => `${hash.toString("hex")}\n`).join(""));
  writeFileSync(settings, `listen.tcp_udp 127.0.0.1:${PORT}\naccess.whitelist ${whitelist}\ntracker.rootdir /\n`);
  return { name: "opentracker", process: spawn("opentracker", ["-f", settings], { stdio: "ignore" }) };
}

async function answering(): Promise<void> {
  for (;;) {
    const socket = connect(PORT, "127.0.0.1");
    const connected = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true));
      socket.on("error", () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** User and system time from /proc, in hundredths of a second there. */
function cpuSeconds({ process: child }: Subject): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function udpLoad(port: number, answered: () => void): Promise<() => void> {
  const socket = createSocket({ type: "udp4", lookup: (name, _options, done) => done(null, name, 4) });
  const hello = Buffer.from("00000417271019800000000000000001", "hex");
  socket.send(hello, port, "127.0.0.1");
  const [answer] = await once(socket, "message");
  const packets = Array.from({ length: PEERS }, (_, peer) => announcePacket(answer.subarray(8, 16), peer));
  let next = 0;
  const send = () => {
    next = (next + 1) % packets.length;
    socket.send(packets[next] ?? hello, port, "127.0.0.1");
  };
  socket.on("message", () => {
    answered();
    send();
  });
  for (let i = 0; i < 64; i += 1) send();
  return () => socket.close();
}

function announcePacket(id: Buffer, peer: number): Buffer {
  const packet = Buffer.alloc(98);
  id.copy(packet);
  packet.writeUInt32BE(1, 8);
  HASHES[peer % TORRENTS]?.copy(packet, 16);
  packet.write(`-XX0001-${String(peer).padStart(12, "0")}`, 36);
  packet.writeUInt32BE(peer % 3, 68);
  packet.writeInt32BE(50, 92);
  packet.writeUInt16BE(1025 + peer, 96);
  return packet;
}

async function httpLoad(port: number, keepAlive: boolean, answered: () => void): Promise<() => void> {
  let stopped = false;
  const requests = Array.from({ length: PEERS }, (_, peer) => announceRequest(peer, keepAlive));
  let next = 0;
  const request = () => requests[next++ % PEERS] ?? "";
  const run = () => {
    if (stopped) return;
    const socket = connect(port, "127.0.0.1", () => socket.write(request(), "latin1"));
    socket.on("data", () => {
      answered();
      if (keepAlive && !stopped) socket.write(request(), "latin1");
      else socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", run);
  };
  for (let i = 0; i < 32; i += 1) run();
  return () => {
    stopped = true;
  };
}

function announceRequest(peer: number, keepAlive: boolean): string {
  const hash = Array.from(HASHES[peer % TORRENTS] ?? [], (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const id = `-XX0001-${String(peer).padStart(12, "0")}`;
  const counters = `uploaded=0&downloaded=0&left=${peer % 3}&compact=1&numwant=50`;
  const connection = keepAlive ? "" : "Connection: close\r\n";
  return `GET /announce?info_hash=${hash}&peer_id=${id}&port=${1025 + peer}&${counters} HTTP/1.1\r\nHost: 127.0.0.1\r\n${connection}\r\n`;
}
