import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { apiClient } from "../../lab/api/client.ts";
import { isReady } from "../../lab/commands/condition.ts";
import { labFolder } from "../../lab/runtime/folder.ts";
import { readPlan } from "../../lab/runtime/plan-file.ts";
import { readSecret } from "../../lab/runtime/secrets.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { run } from "../parts/command.ts";
import { BIN, openProduct, type Product } from "../parts/product.ts";

/** Tracker, controller and one seeder are among the containers. */
type StartSettings = { readonly containers: number; readonly processes: number; readonly helps: number };

const COMPOSE = "docker compose";
const NODE = "empty Node program";

export const startBenchmark: Benchmark<StartSettings> = {
  name: "start",
  title: "from `lab up` to every peer connected, beside `docker compose up -d` of the same file to the same end point",
  settings: {
    short: { containers: 4, processes: 2, helps: 1 },
    single: { containers: 50, processes: 6, helps: 10 },
    full: { containers: 50, processes: 6, helps: 10 },
  },
  metrics: [
    {
      ...{ name: "containers", unit: "s", better: "lower" },
      gate: { kind: "ratio", value: 1, anchor: COMPOSE },
      aim: { kind: "ratio", value: 0.9, anchor: COMPOSE },
    },
    { name: "down", unit: "s", better: "lower", gate: { kind: "value", value: 15 } },
    { name: "processes", unit: "s", better: "lower" },
    { name: "--help", unit: "s", better: "lower" },
  ],
  runs: "always",
  measure,
};

async function* measure(settings: StartSettings, { rounds, say }: Context): AsyncGenerator<Finding> {
  yield* helps(settings.helps);
  for (let round = 0; round < rounds; round += 1) yield value(PRODUCT, "processes", await processes(settings));
  if (spawnSync("docker", ["info"]).status !== 0)
    return yield { kind: "missing", program: COMPOSE, reason: "no Docker Engine answers" };
  const profile = profileOf(settings.containers - 3);
  await using product = await openProduct({ name: "start", runtime: "docker", profile, size: 1 << 20 });
  await product.up("--wait", "--timeout", "300"); // builds the image and makes the torrent
  await product.down();
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round}`);
    yield value(PRODUCT, "containers", await seconds(() => product.up("--wait", "--timeout", "300")));
    yield value(COMPOSE, "containers", await composeAlone(product));
    yield value(PRODUCT, "down", await seconds(() => product.down()));
  }
}

function profileOf(leechers: number): string {
  return `seeders: [{ count: 1, up: 8MiB/s }]\nleechers: [{ count: ${leechers}, up: 1MiB/s }]\n`;
}

async function* helps(turns: number): AsyncGenerator<Finding> {
  const env = { ...process.env, NODE_ENV: "production" };
  for (let turn = 0; turn < turns; turn += 1) {
    yield value(PRODUCT, "--help", await seconds(() => execFileSync(process.execPath, [BIN, "--help"], { env })));
    yield value(NODE, "--help", await seconds(() => execFileSync(process.execPath, ["-e", "0"], { env })));
  }
}

async function processes(settings: StartSettings): Promise<number> {
  const profile = profileOf(settings.processes - 1);
  await using product = await openProduct({ name: "start-p", runtime: "process", profile, size: 1 << 20 });
  return await seconds(() => product.up("--wait", "--timeout", "120"));
}

/** The same containers once more, made by Compose alone from the file that `lab up` wrote. */
async function composeAlone({ folder, name }: Product): Promise<number> {
  const compose = ["compose", "--project-name", `lab-${name}`, "--file", labFolder(folder, name).compose];
  await run("docker", [...compose, "down", "-v", "-t", "2"]);
  const token = readSecret(labFolder(folder, name).secrets, "admin") ?? "";
  const client = apiClient({ url: `http://127.0.0.1:${readPlan(folder, name)?.port}`, token });
  const ready = () => client.status().then(isReady, () => false);
  return await seconds(async () => {
    await run("docker", [...compose, "up", "-d"]);
    while (!(await ready())) await delay(100);
  });
}

async function seconds(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
