import { expect, test } from "vitest";
import type { LabPlan } from "../plan/plan.ts";
import { openBench } from "../runtime/contract-lab.ts";
import { checkRoom, freeBytes } from "./room.ts";

const leechers = (count: number) => Array.from({ length: count }, (_, index) => `leecher-${index + 1}`);
const MIB = 1024 ** 2;
const room = { memory: 2 ** 40, neighbours: 1024 };

async function check(leecherCount: number, change = (plan: LabPlan) => plan, here = room): Promise<string[]> {
  using bench = await openBench("docker");
  const plan = change(bench.plan("crowd", leechers(leecherCount)));
  return checkRoom(plan, { folder: bench.dir, runtime: { room: async () => here }, before: undefined });
}

/** Leechers fetch so much into a memory of so much, in bytes. */
const inMemory =
  (length: number, memory: number) =>
  (plan: LabPlan): LabPlan => {
    const torrent = { name: "a", source: "a", infoHash: "a".repeat(40), length, pieceLength: MIB, pieceCount: 1 };
    const isLeecher = ({ role }: { role: string }) => role === "leecher";
    const nodes = plan.nodes.map((node) => (isLeecher(node) ? { ...node, memory, storage: "memory" as const } : node));
    const peers = plan.run.peers.map((peer) => (isLeecher(peer) ? { ...peer, fetches: [torrent.infoHash] } : peer));
    return { ...plan, nodes, run: { ...plan.run, peers, torrents: [torrent] } };
  };

test("what fits into a peer's memory beside its program is kept there, a byte more is refused with the numbers", async () => {
  expect(await check(2, inMemory(344 * MIB, 384 * MIB))).toEqual([]);
  await expect(check(2, inMemory(344 * MIB + 1, 384 * MIB))).rejects.toMatchObject({
    kind: "environment",
    message:
      "the downloads of leecher-1 (and 1 more) do not fit into memory: 344.0 MiB to fetch, " +
      "a limit of 384.0 MiB, of which its program needs 40.0 MiB",
    hint: expect.stringContaining("storage: memory"),
  });
});

test("what is retired stays in memory for a while, and counts", async () => {
  using bench = await openBench("docker");
  const plan = bench.plan("edited", ["leecher-1"]);
  const before = inMemory(200 * MIB, 384 * MIB)(plan);
  const after = (length: number) => {
    const torrents = before.run.torrents.map((torrent) => ({ ...torrent, infoHash: "b".repeat(40), length }));
    const peers = before.run.peers.map((peer) => ({ ...peer, fetches: peer.fetches.map(() => "b".repeat(40)) }));
    return { ...before, run: { ...before.run, torrents, peers } };
  };
  const here = { folder: bench.dir, runtime: { room: async () => room }, before };
  expect(await checkRoom(after(144 * MIB), here)).toEqual([]);
  await expect(checkRoom(after(200 * MIB), here)).rejects.toMatchObject({
    message: expect.stringContaining("200.0 MiB to fetch, 200.0 MiB of retired torrents, a limit of 384.0 MiB"),
  });
});

test("G05: containers that the kernel keeps track of start without a word, more of them with a warning", async () => {
  expect(await check(12)).toEqual([]);
  expect(await check(40)).toEqual([
    expect.stringMatching(/^warning: 43 containers may need 1806 entries .* it has 1024/),
  ]);
});

test("G05: containers of which most would never find each other are refused, with numbers and a way out", async () => {
  await expect(check(100)).rejects.toMatchObject({
    message: expect.stringContaining("103 containers need 10506 entries of the kernel's neighbour table, it has 1024"),
    hint: expect.stringMatching(/sysctl net\.ipv4\.neigh\.default\.gc_thresh3=65536.*--runtime process/),
  });
});

test("a refusal for want of memory tells what is kept for others, where its numbers alone would have room", async () => {
  const memory = (bytes: number) => check(2, undefined, { ...room, memory: bytes });
  expect(await memory(328 * MIB)).toEqual([]);
  const need = "the 5 nodes to start need 200.0 MiB of memory";
  await expect(memory(300 * MIB)).rejects.toThrow(`${need}, 300.0 MiB are free, and 128.0 MiB are kept free`);
  await expect(memory(100 * MIB)).rejects.toMatchObject({ message: `${need}, 100.0 MiB are free` });
});

test("a folder that cannot be made is the environment's fault", () => {
  expect(() => freeBytes("/dev/null/.lab/demo")).toThrow(
    expect.objectContaining({ kind: "environment", message: expect.stringContaining("could not be written") }),
  );
});
