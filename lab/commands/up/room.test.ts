import { expect, test } from "vitest";
import { openBench } from "../../runtime/contract-lab.ts";
import { checkRoom, crowdNote } from "./room.ts";

const leechers = (count: number) => Array.from({ length: count }, (_, index) => `leecher-${index + 1}`);
const room = { memory: 2 ** 40, neighbours: 1024 };

test.for([
  [12, "fits", 0],
  [40, "is slow", 1],
  [100, "would never complete", 1],
] as const)("G05: of %i leechers in containers it is known beforehand that it %s", async ([count, verdict, notes]) => {
  using bench = await openBench("docker");
  const plan = bench.plan("crowd", leechers(count));
  const runtime = { room: async () => room };
  const checked = checkRoom(plan, { folder: bench.dir, runtime, running: [] });
  if (verdict === "would never complete")
    await expect(checked).rejects.toThrow(
      /103 containers need 10506 entries of the kernel's neighbour table, it has 1024/,
    );
  else await checked;
  expect(await crowdNote(plan, runtime)).toHaveLength(notes);
});
