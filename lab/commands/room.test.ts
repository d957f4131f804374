import { expect, test } from "vitest";
import { openBench } from "../runtime/contract-lab.ts";
import { checkRoom, freeBytes } from "./room.ts";

const leechers = (count: number) => Array.from({ length: count }, (_, index) => `leecher-${index + 1}`);
const room = { memory: 2 ** 40, neighbours: 1024 };

async function check(leecherCount: number): Promise<string[]> {
  using bench = await openBench("docker");
  const plan = bench.plan("crowd", leechers(leecherCount));
  return checkRoom(plan, { folder: bench.dir, runtime: { room: async () => room }, before: undefined });
}

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

test("a folder that cannot be made is the environment's fault", () => {
  expect(() => freeBytes("/dev/null/.lab/demo")).toThrow(
    expect.objectContaining({ kind: "environment", message: expect.stringContaining("could not be written") }),
  );
});
