import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { readNodeEnvironment } from "../api/environment.ts";
import type { RunPlan } from "../api/run-plan.ts";
import { labStatus } from "../api/status.ts";
import { usualSettings } from "../api/words.ts";
import { startController } from "../controller/controller.ts";
import { outcomeOf, type Subject, type Target, textSeeds } from "./target.ts";

const HASH = "a".repeat(40);
/** No torrent of the lab. */
const STRANGE = "ab".repeat(20);
const plan: RunPlan = {
  ...{ lab: "fuzz", run: "run-1", runtime: "process", profile: "default", web: false },
  tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
  torrents: [{ name: "film", infoHash: HASH, length: 100_000, pieceLength: 16_384, pieceCount: 7, source: "film" }],
  peers: [
    {
      name: "leecher-1",
      group: "leecher",
      role: "leecher",
      settings: usualSettings,
      seeds: [],
      fetches: [HASH],
      joinAt: 0,
      lingerAfterComplete: null,
    },
  ],
};
const hello = {
  type: "hello",
  node: "leecher-1",
  role: "leecher",
  client: "x",
  peerId: "b".repeat(40),
  port: 1,
  token: "node-leecher-1",
};

const sampleOf = (torrent: string) =>
  JSON.stringify({
    ...{ type: "sample", memory: 1, load: 0 },
    torrents: [
      {
        ...{ torrent, downloaded: 1, uploaded: 1, wasted: 1, left: 1, connected: 1 },
        peers: [["c".repeat(40), 1, 1, "D"]],
      },
    ],
  });

/**
 * Lines of text, each a message: what a leecher that runs wild says to a real controller, which stays up and stays true. It
 * may lie about itself; of the tracker it cannot speak.
 */
export const nodeProtocolTarget: Target = {
  name: "node-protocol",
  runs: "worker",
  good: textSeeds(
    JSON.stringify({
      type: "facts",
      facts: [{ type: "have", torrent: HASH, piece: 1, from: [{ peer: "c".repeat(40), bytes: 5 }] }],
    }),
    JSON.stringify({
      type: "facts",
      facts: [
        { type: "torrent", torrent: HASH, state: "downloading", bitfield: "ff" },
        { type: "banned", torrent: HASH, peer: "x", pieces: 1, seconds: 5 },
        { type: "peer-connected", torrent: HASH, peer: "c".repeat(40), address: "127.0.0.1:1", incoming: true },
      ],
    }),
    sampleOf(HASH),
    JSON.stringify({ type: "result", id: 1, ok: true, value: [] }),
  ),
  others: textSeeds(
    JSON.stringify({ type: "bye" }),
    sampleOf(STRANGE),
    JSON.stringify({ type: "facts", facts: [{ type: "choke", torrent: STRANGE, peer: "x" }] }),
    JSON.stringify(hello),
    JSON.stringify({
      type: "facts",
      facts: [
        {
          ...{ type: "announce", torrent: HASH, peer: "d".repeat(40), address: "127.0.0.1:1", event: "started" },
          ...{ protocol: "udp", uploaded: 0, downloaded: 0, left: 1, complete: 1, incomplete: 1, peers: 0 },
        },
      ],
    }),
  ),
  tokens: ['"type":', '"facts"', "null", "{}", "[]", "1e999", "-1", '"__proto__"', HASH, "\n", '"have"', '"peer":'],
  async open() {
    const root = mkdtempSync(join(tmpdir(), "lab-fuzz-door-"));
    const folder = join(root, "runs", plan.run);
    mkdirSync(join(folder, "torrents"), { recursive: true });
    mkdirSync(join(root, "secrets"));
    writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
    for (const name of ["admin", "viewer", "node-tracker", "node-leecher-1"])
      writeFileSync(join(root, "secrets", name), `${name}\n`);
    const controller = await startController(
      readNodeEnvironment({ LAB_RUNS: join(root, "runs"), LAB_RUN: plan.run, LAB_SECRETS: join(root, "secrets") }),
    );
    const door = `${controller.url.replace("http", "ws")}/v1/node`;
    return {
      async feed(input) {
        const socket = new WebSocket(door).on("error", () => {});
        const gone = new Promise<string>((resolve) =>
          socket.once("close", (code, reason) => resolve(outcomeOf(`${code} ${reason}`))),
        );
        await once(socket, "open");
        socket.send(JSON.stringify(hello));
        await once(socket, "message");
        for (const line of Buffer.from(input).toString().split("\n")) socket.send(line);
        socket.ping();
        const heard = new Promise<string>((resolve) => socket.once("pong", () => resolve("good")));
        const outcome = await Promise.race([gone, heard]);
        await checkStatus(controller.url);
        socket.terminate();
        return outcome;
      },
      async close() {
        await controller.close();
        rmSync(root, { recursive: true, force: true });
      },
    } satisfies Subject;
  },
};

async function checkStatus(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/status?connections=1`, { headers: { authorization: "Bearer viewer" } });
  if (!response.ok) throw new Error(`status answers ${response.status}`);
  const { tracker } = labStatus.parse(await response.json());
  if (tracker.announces > 0) throw new Error("a leecher reported an announce in the tracker's place");
}
