import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { atHand } from "../../at-hand.fixture.ts";
import { ask, escapeBytes, hash, peerId, query } from "./tracker.fixture.ts";
import { startTracker, type Tracker } from "./tracker.ts";

const PROGRAM = "/usr/bin/opentracker";
const TORRENTS = 4;

/** Where Debian's opentracker is installed: the same requests to it and to us, one after the other, get the same answers. */
describe.runIf(atHand("opentracker", existsSync(PROGRAM)))("side by side with opentracker", () => {
  let ours: Tracker;
  let theirs: { child: ChildProcess; port: number };
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lab-opentracker-"));
    ours = await startTracker({ host: "127.0.0.1", port: 0 });
    theirs = await startOpentracker(folder);
  });
  afterAll(async () => {
    await ours.close();
    theirs.child.kill("SIGKILL");
    await once(theirs.child, "exit");
    rmSync(folder, { recursive: true, force: true });
  });

  const announce = (port: number, left: number, event = "", torrent = 1, more = {}) =>
    `/announce?${query({
      info_hash: escapeBytes(hash(torrent)),
      peer_id: escapeBytes(peerId(String(port))),
      port,
      left,
      event: event || undefined,
      ...more,
    })}`;
  const scrape = (...torrents: number[]) =>
    `/scrape?${torrents.map((torrent) => `info_hash=${escapeBytes(hash(torrent))}`).join("&")}`;

  test.each([
    announce(1001, 0, "started"),
    announce(1002, 9, "started"),
    announce(1003, 9, "started"),
    announce(1002, 0, "completed"),
    announce(1002, 0, "completed"),
    announce(1002, 0, "started"),
    announce(1002, 0, "completed"),
    announce(1003, 9, "completed"),
    announce(1003, 9, "bogus"),
    announce(1003, 9, "", 2),
    announce(1003, 9, "", 1, { numwant: 0 }),
    announce(1003, 9, "", 1, { numwant: -5 }),
    announce(1003, 9, "", 1, { compact: 1, ip: "6.6.6.6", key: "x" }),
    announce(1003, 9, "stopped"),
    announce(1003, 9, "stopped"),
    announce(1004, 0, "completed", 3),
    announce(1001, 7),
    announce(1005, 3).replace("/announce", "//a"),
    "/announce?",
    "/announce?x=1",
    "/a?x",
    "/announce",
    "/",
    "/nothing",
    "/statsx",
    "/stat",
    "/Announce?x=1",
    "/s?x=1",
    scrape(1),
    scrape(1, 2, 4),
    scrape(1).replace("/scrape", "///sc"),
    "/scrape?",
    "/sc?info_hash=abc",
    "/stats",
    "/stats?mode=peer",
    "/stats?mode=torr",
    "/stats?mode=top10",
    "/stats?mode=bogus",
  ])("%s", async (path) => {
    const [we, they] = [await ask(ours.port, path), await ask(theirs.port, path)];
    expect(comparable(we.body, path)).toBe(comparable(they.body, path));
    expect(we.status).toBe(they.status);
  });
});

/** Without the interval, which is opentracker's own, and the peers in order without the one that asks, whom we leave out. */
function comparable(body: string, path: string): string {
  const own = Number(/&port=(\d+)/.exec(path)?.[1]);
  const [head = "", peers] = body.replace(/intervali\d+e/g, "intervali_e").split(/5:peers\d+:/);
  if (peers === undefined) return head;
  const list = peers.match(/\x7f\0\0\x01../gs) ?? [];
  const others = list.filter((peer) => (peer.charCodeAt(4) << 8) + peer.charCodeAt(5) !== own);
  return `${head}${others.sort().join("")}`;
}

/** Debian's build answers for whitelisted torrents only and gives its statistics to blessed addresses. */
async function startOpentracker(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  chmodSync(folder, 0o755);
  const whitelist = join(folder, "whitelist");
  const settings = join(folder, "opentracker.conf");
  writeFileSync(whitelist, Array.from({ length: TORRENTS }, (_, i) => `${hash(i + 1).toString("hex")}\n`).join(""));
  const lines = [`listen.tcp_udp 127.0.0.1:${port}`, `access.whitelist ${whitelist}`, "access.stats 127.0.0.1"];
  writeFileSync(settings, [...lines, "tracker.rootdir /", ""].join("\n"));
  const child = spawn(PROGRAM, ["-f", settings], { stdio: "ignore" });
  await vi.waitFor(() => ask(port, "/stats"), 5000);
  return { child, port };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
