import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { atHand } from "../at-hand.fixture.ts";
import { findByEnvironment } from "../runtime/system.ts";
import { canCapture } from "./capture.ts";
import { BIN, bytes, openScene, type Scene } from "./scene.ts";

/** A network of its own, in which only the loopback is up. */
const ALONE = ["unshare", "--net", "--", "/bin/sh", "-c", 'ip link set lo up && exec "$@"', "alone"];

/** For loops that wait for what tcpdump writes. */
const stillWatching = "kill -0 $watcher || exit 9; sleep 0.05";

/** One with a way out, of which every frame is told: to a neighbour that takes all and answers nothing. */
const WATCHED = [
  "ip link add up0 type veth peer name up1",
  "ip link set up0 up",
  "ip link set up1 up",
  "ip addr add 198.51.100.2/24 dev up0",
  "ip neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev up0",
  "ip route add default via 198.51.100.1",
  // The kernel's own chatter about IPv6 addresses is nobody's doing.
  'tcpdump -i up1 -nn -l -U --immediate-mode "not (icmp6 or ip6 proto 0)" >frames 2>listening & watcher=$!',
  `until grep -q 'listening on' listening; do ${stillWatching}; done`,
];

describe("a lab of processes is closed", { timeout: 60_000 }, () => {
  const flags = (scene: Scene) => [
    "--name",
    scene.name,
    "--runtime",
    "process",
    "--leechers",
    "3",
    "--profile",
    "quick",
  ];

  const canBeAlone = works("network namespace", "true");
  test.runIf(canBeAlone)("X04: completes where there is no network but the loopback", async () => {
    await using scene = await openScene("process", "alone");
    scene.source("file.bin", bytes(2 * 1024 * 1024, "alone"));
    // The lab lives in that network: what asks for its state has to be there as well.
    const script = 'lab=$1; shift; "$@" && node "$lab" verify --name "$LAB_TEST" && node "$lab" down "$LAB_TEST"';
    const up = [process.execPath, BIN, "up", ...flags(scene), "--until", "complete", "--timeout", "40"];
    const outcome = await inside(scene, ["/bin/sh", "-c", script, "script", BIN, ...up]);
    expect(outcome.code, outcome.text).toBe(0);
    expect(outcome.text).toContain("every leecher holds byte-identical files");
    expect(await scene.leftovers()).toEqual([]);
  });

  const canWatch = canCapture && works("pair of virtual interfaces", "ip link add up0 type veth");
  test.runIf(canWatch)("X04: no frame of it leaves where there is a way out, by whatever protocol", async () => {
    await using scene = await openScene("process", "watched");
    scene.source("file.bin", bytes(2 * 1024 * 1024, "watched"));
    const up = [...flags(scene), "--profile", "debug", "--until", "complete", "--timeout", "40"];
    const script = [
      ...WATCHED,
      'node "$LAB_BIN" up "$@" && node "$LAB_BIN" verify --name "$LAB_TEST" && node "$LAB_BIN" down "$LAB_TEST"; code=$?',
      // What anybody else sends is seen, so that nothing seen means nothing sent.
      `node -e 'require("dgram").createSocket("udp4").send("x", 9, "203.0.113.77", process.exit)'`,
      `until grep -q 203.0.113.77 frames; do ${stillWatching}; done`,
      "kill $watcher; cat frames; exit $code",
    ].join("\n");
    const outcome = await inside(scene, ["/bin/sh", "-c", script, "script", ...up]);
    expect(outcome.code, outcome.text).toBe(0);
    expect(outcome.text.match(/^.* IP6? .*$|^.* ARP, .*$/gm)).toEqual([expect.stringContaining("203.0.113.77.9: UDP")]);
    expect(await scene.leftovers()).toEqual([]);
  });

  test.runIf(process.platform === "linux")("X05: has sockets on 127.0.0.1 only", async () => {
    await using scene = await openScene("process", "sockets");
    scene.source("file.bin", bytes(2 * 1024 * 1024, "sockets"));
    await scene.ok("up", ...flags(scene), "--until", "complete", "--timeout", "40");
    const pids = findByEnvironment(["LAB_NAME", "LAB_ROLE"]).filter(({ env }) => env.LAB_NAME === scene.name);
    const sockets = pids.flatMap(({ pid, env }) => socketsOf(pid).map((socket) => ({ node: env.LAB_NODE, ...socket })));
    // Controller, tracker and four peers listen, and each peer talks to the controller and to another peer.
    expect(sockets.filter(({ state }) => state === LISTEN).length).toBeGreaterThanOrEqual(6);
    expect(sockets.length).toBeGreaterThan(12);
    for (const { local, remote, node } of sockets) {
      expect(local, node).toMatch(/^127\.0\.0\.1:/);
      expect(remote, node).toMatch(/^(127\.0\.0\.1|0\.0\.0\.0):/);
    }
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});

/** Whether a command works in a network of its own. */
function works(what: string, command: string): boolean {
  const [unshare = "", ...alone] = ALONE;
  return atHand(what, spawnSync(unshare, [...alone, ...command.split(" ")]).status === 0);
}

interface Socket {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
}

const LISTEN = "0A";

/** TCP and UDP sockets of a process, as `/proc/PID/net` lists them. */
function socketsOf(pid: number): Socket[] {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketInode(`/proc/${pid}/fd/${fd}`)));
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => open.has(fields[9] ?? ""))
      .map(([, local = "", remote = "", state = ""]) => ({ local: readable(local), remote: readable(remote), state })),
  );
}

function socketInode(fd: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(fd))?.slice(1) ?? [];
  } catch {
    return [];
  }
}

/** `0100007F:1F90` is 127.0.0.1:8080. IPv6 stays as it is: none of it is right. */
function readable(address: string): string {
  const [host = "", port = ""] = address.split(":");
  if (host.length !== 8) return address;
  return `${Buffer.from(host, "hex").reverse().join(".")}:${Number.parseInt(port, 16)}`;
}

function inside(scene: Scene, command: readonly string[]): Promise<{ code: number | null; text: string }> {
  const env = {
    ...scene.env,
    LAB_TEST: scene.name,
    LAB_BIN: BIN,
    PATH: `${process.execPath.replace(/\/node$/, "")}:${process.env.PATH}`,
  };
  const child = spawn(ALONE[0] ?? "", [...ALONE.slice(1), ...command], { cwd: scene.dir, env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}
