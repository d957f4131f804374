import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JournalLine } from "../../api/journal.ts";
import { fakeLines, smallSwarm } from "../../dashboard/fake-swarm.fixture.ts";
import { testFolder } from "../../torrents/test-folder.ts";
import { recordedRun } from "../recorded-run.ts";
import type { World } from "../world.ts";
import { runs } from "./runs.ts";

/** A folder that keeps these runs of the lab "demo". */
function folderWith(journals: Record<string, readonly JournalLine[]>): { world: World; said(): string } {
  const dir = testFolder();
  for (const [run, lines] of Object.entries(journals)) {
    const folder = join(dir, ".lab", "demo", "runs", run);
    mkdirSync(folder, { recursive: true });
    const text = lines.map((line) => JSON.stringify({ ...line, run })).join("\n");
    writeFileSync(join(folder, "journal.jsonl"), `${text}\n`);
  }
  let said = "";
  const stream = { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream;
  const world = { env: {}, dir, root: dir, stdout: stream, stderr: stream, stdin: process.stdin };
  return { world, said: () => said };
}

const finished = fakeLines(smallSwarm, 60);
const name = "demo";

test("a run that everybody finished is told with its bound, what it took, and what seeders had to give", async () => {
  const { world, said } = folderWith({ "20261101-100000-aaaa": finished });
  await runs(world, { name, json: true });
  const [run] = JSON.parse(said()).runs;
  expect(run).toMatchObject({ run: "20261101-100000-aaaa", seeders: 1, leechers: 5, length: 32 * 1024 ** 2 });
  expect(run.bound).toBeCloseTo((5 * 32) / 7, 1);
  expect(run.elapsed).toBeGreaterThan(run.bound);
  expect(run.efficiency).toBeCloseTo(run.bound / run.elapsed, 3);
  expect(run.seedersGave).toBeGreaterThanOrEqual(run.length);
});

test("a run that was ended before has no time, and what its end did to the nodes is not told", async () => {
  const ended = finished.filter(({ t }) => t < 10);
  const t = ended.at(-1)?.t ?? 0;
  const line = (seq: number, body: object) => ({ v: 1, run: "", seq, t, node: "controller", ...body }) as JournalLine;
  const end = ended.length + 1;
  const { world, said } = folderWith({
    "20261101-100000-aaaa": ended,
    "20261101-110000-bbbb": [
      ...ended,
      line(end, { type: "stopping" }),
      line(end + 1, { node: "leecher-1", type: "node", state: "stopped" }),
    ],
  });
  await runs(world, { name, json: true });
  const [one, other] = JSON.parse(said()).runs;
  expect(one.elapsed).toBeNull();
  expect({ ...other, run: one.run }).toEqual(one);
});

test("the table has a row a run, the newest last", async () => {
  const { world, said } = folderWith({ "20261102-100000-bbbb": finished, "20261101-100000-aaaa": finished });
  await runs(world, { name, json: false });
  const rows = said().trimEnd().split("\n");
  expect(rows[0]).toMatch(/^RUN +PROFILE +PEERS +SIZE +BOUND +TOOK +EFFICIENCY +SEEDERS GAVE +WASTED$/);
  expect(rows.slice(1).map((row) => row.split(" ")[0])).toEqual(["20261101-100000-aaaa", "20261102-100000-bbbb"]);
  expect(rows[1]).toMatch(/ 1 \+ 5 .* 32\.0 MiB .* \d+ % +\d\.\d\d × /);
});

test("a run is found by how it begins; what is no run or several is refused", () => {
  const { world } = folderWith({ "20261101-100000-aaaa": [], "20261101-110000-bbbb": [], "20261102-100000-cccc": [] });
  const found = (asked?: string) => recordedRun(world, asked, name).run;
  expect(found()).toBe("20261102-100000-cccc");
  expect(found("20261101-11")).toBe("20261101-110000-bbbb");
  expect(() => found("20261101")).toThrow('2 runs begin with "20261101"');
  expect(() => found("x")).toThrow('no run is called "x"');
  expect(() => recordedRun(world, undefined, "other")).toThrow('this folder keeps no run of the lab "other"');
});
