import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNodeEnvironment } from "../api/environment.ts";
import { runPlan } from "../api/run-plan.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { prepareRun } from "./prepare-run.ts";
import { put, sourcesOf, testFolder } from "./test-folder.ts";

function environmentFor(sources: string, folder = testFolder(), extra: Record<string, string> = {}) {
  return readNodeEnvironment({
    LAB_NAME: "lab",
    LAB_RUN: "compose",
    LAB_SOURCES: sources,
    LAB_RUNS: join(folder, "runs"),
    LAB_SECRETS: join(folder, "secrets"),
    LAB_TRACKER: "http://tracker:6969/announce",
    ...extra,
  });
}

async function prepare(environment: ReturnType<typeof environmentFor>) {
  const said: string[] = [];
  const plan = await prepareRun(environment, { say: (line) => said.push(line) });
  return { plan, said };
}

test("X11: leaves a plan that adopts every peer, the torrents by hash, and tokens of mode 0600", async () => {
  const environment = environmentFor(sourcesOf({ a: 100, "d/b": 100, empty: 0 }));
  const { plan, said } = await prepare(environment);
  const run = join(environment.runs, "compose");
  const hashes = plan.torrents.map(({ infoHash }) => infoHash);
  expect(runPlan.parse(JSON.parse(readFileSync(join(run, "plan.json"), "utf8")))).toEqual(plan);
  expect(plan.adopt).toMatchObject({
    seeder: { seeds: hashes, fetches: [], settings: { up: 2 * 1024 ** 2 } },
    leecher: { seeds: [], fetches: hashes, settings: { up: 1024 ** 2 } },
  });
  expect(readdirSync(join(run, "torrents")).sort()).toEqual(hashes.map((hash) => `${hash}.torrent`).sort());
  for (const hash of hashes)
    expect(parseMetainfo(readFileSync(join(run, "torrents", `${hash}.torrent`)))).toMatchObject({
      metainfo: { infoHash: hash, announce: ["http://tracker:6969/announce"], private: true },
    });
  expect(said).toEqual(["warning: empty has no bytes to share: left out"]);
  for (const name of ["admin", "viewer", "node"]) {
    expect(readFileSync(join(environment.secrets, name), "utf8")).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(environment.secrets, name)).mode & 0o777).toBe(0o600);
  }
});

test("gives nodes their token in a place where no other token is", async () => {
  const token = join(testFolder(), "token");
  const environment = environmentFor(sourcesOf({ a: 100 }), testFolder(), { LAB_TOKEN_FILE: token });
  await prepare(environment);
  expect(readFileSync(token, "utf8")).toBe(readFileSync(join(environment.secrets, "node"), "utf8"));
  expect(statSync(token).mode & 0o777).toBe(0o600);
});

test("again, it keeps tokens and torrents, and follows the sources", async () => {
  const sources = sourcesOf({ a: 100, b: 100 });
  const environment = environmentFor(sources);
  const first = await prepare(environment);
  const token = readFileSync(join(environment.secrets, "admin"), "utf8");
  expect((await prepare(environment)).plan).toEqual(first.plan);
  rmSync(join(sources, "a"));
  put(sources, "c", 5);
  const { plan } = await prepare(environment);
  expect(plan.torrents.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(readdirSync(join(environment.runs, "compose/torrents"))).toHaveLength(2);
  expect(readFileSync(join(environment.secrets, "admin"), "utf8")).toBe(token);
});

test("makes a sample of an empty folder and says so", async () => {
  const sources = sourcesOf({ ".gitignore": "*" });
  const { plan, said } = await prepare(environmentFor(sources));
  expect(plan.torrents.map(({ name }) => name)).toEqual(["sample folder", "sample.bin"]);
  expect(said[0]).toBe("sources is empty: making a sample there");
});

test("nothing to share is bad input, and so is a place where no sample can be made", async () => {
  await expect(prepare(environmentFor(sourcesOf({ a: 0 })))).rejects.toMatchObject({ kind: "usage" });
  const below = join(sourcesOf({ file: 1 }), "file/sources");
  await expect(prepare(environmentFor(below))).rejects.toMatchObject({ kind: "usage" });
});

test.each(["LAB_NAME", "LAB_RUN", "LAB_TRACKER", "LAB_SOURCES", "LAB_RUNS", "LAB_SECRETS"])(
  "names %s where it is not set",
  async (name) => {
    await expect(prepare(environmentFor(sourcesOf({ a: 1 }), testFolder(), { [name]: "" }))).rejects.toMatchObject({
      kind: "usage",
      message: `${name} is not set`,
    });
  },
);
