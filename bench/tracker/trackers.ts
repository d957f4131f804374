import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nodeFlags, nodeVariables } from "../../lab/plan/node-flags.ts";
import { freePort } from "../../lab/runtime/contract-lab.ts";
import { PRODUCT } from "../benchmark.ts";
import { hashOf } from "./announce.ts";

export interface Tracker {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
}

/** Of the tracker's container in a lab. */
const MEMORY = 256 * 1024 ** 2;
const PROGRAM = join(import.meta.dirname, "../../.build/node/tracker.mjs");
const OPENTRACKER = "/usr/bin/opentracker";

/** The product's tracker and, where it is installed, opentracker, side by side on this machine's loopback. */
export async function openTrackers(torrents: number): Promise<readonly Tracker[] & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
  // opentracker will not run as root: it becomes `nobody`, who must be able to read its files.
  chmodSync(folder, 0o755);
  const started = [await startProduct()];
  if (existsSync(OPENTRACKER)) started.push(await startOpentracker(folder, torrents));
  const close = async () => {
    for (const { child } of started) {
      const ended = hasEnded(child) || once(child, "exit");
      child.kill();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const one of started) await listening(one);
  } catch (error) {
    await close();
    throw error;
  }
  const trackers = started.map(({ name, child: { pid = 0 }, port }) => ({ name, pid, port }));
  return Object.assign(trackers, { [Symbol.asyncDispose]: close });
}

interface Started {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
}

async function startProduct(): Promise<Started> {
  const port = await freePort();
  const env = { ...nodeVariables, LAB_HOST: "127.0.0.1", LAB_PORT: `${port}` };
  const args = [...nodeFlags({ program: "tracker", memory: MEMORY }), PROGRAM];
  return { name: PRODUCT, child: spawn(process.execPath, args, { env, stdio: "ignore" }), port };
}

/** Debian's build answers for torrents in its whitelist only. */
async function startOpentracker(folder: string, torrents: number): Promise<Started> {
  const [whitelist, settings] = [join(folder, "whitelist"), join(folder, "opentracker.conf")];
  const hashes = Array.from({ length: torrents }, (_, torrent) => `${hashOf(torrent).toString("hex")}\n`);
  writeFileSync(whitelist, hashes.join(""));
  const port = await freePort();
  const listen = `listen.tcp_udp 127.0.0.1:${port}`;
  writeFileSync(settings, `${listen}\naccess.whitelist ${whitelist}\ntracker.rootdir /\n`);
  return { name: "opentracker", child: spawn(OPENTRACKER, ["-f", settings], { stdio: "ignore" }), port };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** Until it takes connections. Another program that got the port first would end it. */
async function listening({ name, child, port }: Started): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const connected = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true));
      socket.on("error", () => resolve(false));
    });
    socket.destroy();
    if (hasEnded(child)) throw new Error(`${name} ended before it listened at port ${port}`);
    if (connected) return;
    await delay(50);
  }
  throw new Error(`${name} does not listen at port ${port}`);
}
