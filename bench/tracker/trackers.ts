import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nodeFlags, nodeVariables } from "../../lab/plan/node-flags.ts";
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
const PORTS = { [PRODUCT]: 26_969, opentracker: 26_970 };

/** The product's tracker and, where it is installed, opentracker, side by side on this machine's loopback. */
export async function openTrackers(torrents: number): Promise<readonly Tracker[] & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
  // opentracker will not run as root: it becomes `nobody`, who must be able to read its files.
  chmodSync(folder, 0o755);
  const children = new Map([[PRODUCT, startProduct()]]);
  if (isThere(OPENTRACKER)) children.set("opentracker", startOpentracker(folder, torrents));
  const trackers = [...children].map(([name, { pid = 0 }]) => ({
    name,
    pid,
    port: Reflect.get(PORTS, name) as number,
  }));
  for (const { port } of trackers) await answering(port);
  return Object.assign(trackers, {
    async [Symbol.asyncDispose]() {
      for (const child of children.values()) {
        child.kill();
        await (child.exitCode ?? once(child, "exit"));
      }
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function startProduct(): ChildProcess {
  const env = { ...nodeVariables, LAB_HOST: "127.0.0.1", LAB_PORT: `${PORTS[PRODUCT]}` };
  return spawn(process.execPath, [...nodeFlags({ program: "tracker", memory: MEMORY }), PROGRAM], {
    env,
    stdio: ["ignore", "ignore", "ignore"],
  });
}

/** Debian's build answers for torrents in its whitelist only. */
function startOpentracker(folder: string, torrents: number): ChildProcess {
  const [whitelist, settings] = [join(folder, "whitelist"), join(folder, "opentracker.conf")];
  const hashes = Array.from({ length: torrents }, (_, torrent) => `${hashOf(torrent).toString("hex")}\n`);
  writeFileSync(whitelist, hashes.join(""));
  const listen = `listen.tcp_udp 127.0.0.1:${PORTS.opentracker}`;
  writeFileSync(settings, `${listen}\naccess.whitelist ${whitelist}\ntracker.rootdir /\n`);
  return spawn(OPENTRACKER, ["-f", settings], { stdio: "ignore" });
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const connected = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true));
      socket.on("error", () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await delay(50);
  }
  throw new Error(`no tracker listens at port ${port}`);
}

function isThere(program: string): boolean {
  try {
    accessSync(program);
    return true;
  } catch {
    return false;
  }
}
