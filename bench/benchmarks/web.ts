import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readPage } from "../../lab/web/server/page-files.ts";
import { simulateSwarm } from "../../lab/web/testing/simulated-swarm.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { cpuSeconds } from "../parts/proc.ts";
import { type FedLab, openFedLab } from "../web/fed-lab.ts";
import { frameCost, openPage } from "../web/page.ts";
import { openTabs } from "../web/tabs.ts";

type WebSettings = {
  readonly peers: number;
  readonly pieces: number;
  readonly torrents: number;
  readonly tabs: number;
  /** Of the swarm that pass before anything is measured. */
  readonly warmSeconds: number;
  /** Each view, and the tabs. */
  readonly seconds: number;
};

const common = { peers: 50, pieces: 1024, torrents: 20, tabs: 10 };
const PAGE = join(import.meta.dirname, "../../.build/node/page");
const VIEWS = ["swarm", "pieces", "exchange", "rates", "peers"];

/** The swarm is made up; the programs that tell of it, and what carries it to them, are the real ones. */
export const webBenchmark: Benchmark<WebSettings> = {
  name: "web",
  title: "the web UI: what it costs a browser, and what ten tabs cost controller and web node",
  settings: {
    short: { ...common, peers: 10, torrents: 2, warmSeconds: 2, seconds: 1 },
    single: { ...common, warmSeconds: 60, seconds: 15 },
    full: { ...common, warmSeconds: 60, seconds: 20 },
  },
  metrics: [
    { name: "script, gzipped", unit: "bytes", better: "lower", gate: { kind: "value", value: 350_000 } },
    { name: "first picture", unit: "ms", better: "lower", gate: { kind: "value", value: 1000 } },
    { name: "script a frame", unit: "ms", better: "lower", gate: { kind: "value", value: 8 } },
    { name: "frames a second", unit: "per second", better: "higher" },
    { name: "stream to a tab", unit: "bytes/s", better: "lower", gate: { kind: "value", value: 30_000 } },
    { name: "controller", unit: "share", better: "lower" },
    { name: "web node", unit: "share", better: "lower" },
    { name: "both", unit: "share", better: "lower", gate: { kind: "value", value: 0.05 } },
  ],
  runs: "always",
  measure,
};

async function* measure(settings: WebSettings, { rounds }: Context): AsyncGenerator<Finding> {
  const { peers, pieces, torrents, warmSeconds } = settings;
  for (let round = 0; round < rounds; round += 1) {
    const crowd = { seeders: 2, leechers: peers - 2, torrents, pieces, up: 1 << 20 };
    await using lab = await openFedLab(simulateSwarm({ seed: 1 + round, ...crowd }));
    await lab.skip(warmSeconds);
    await lab.play(settings.seconds);
    yield value(PRODUCT, "script, gzipped", scriptSize());
    yield* await inBrowser(lab, settings);
    yield* await withTabs(lab, settings);
  }
}

function scriptSize(): number {
  const scripts = [...readPage(PAGE)].filter(([path]) => path.endsWith(".js"));
  return scripts.reduce((sum, [, file]) => sum + gzipSync(file.plain).length, 0);
}

async function inBrowser(lab: FedLab, { peers, seconds }: WebSettings): Promise<Finding[]> {
  const { chromiumHere, openBrowser } = await import("../../lab/e2e/browser.ts");
  if (chromiumHere === undefined) return [{ kind: "missing", program: "chromium", reason: "it is not installed" }];
  await using browser = await openBrowser();
  const { page, picture } = await openPage(browser, lab, peers);
  const costs = [];
  for (const view of VIEWS) costs.push(await frameCost(page, view, lab, seconds));
  return [
    value(PRODUCT, "first picture", picture),
    value(PRODUCT, "script a frame", Math.max(...costs.map(({ script }) => script))),
    value(PRODUCT, "frames a second", Math.min(...costs.map(({ frames }) => frames))),
  ];
}

async function withTabs(lab: FedLab, { tabs: count, seconds }: WebSettings): Promise<Finding[]> {
  using tabs = await openTabs(count, lab);
  await lab.play(seconds);
  const spent = () => [lab.controller, lab.web].map((child) => cpuSeconds(child.pid ?? 0));
  const before = { bytes: tabs.bytes, spent: spent() };
  await lab.play(seconds);
  const [controller = 0, web = 0] = spent().map((now, i) => (now - (before.spent[i] ?? 0)) / seconds);
  return [
    value(PRODUCT, "stream to a tab", (tabs.bytes - before.bytes) / seconds),
    value(PRODUCT, "controller", controller),
    value(PRODUCT, "web node", web),
    value(PRODUCT, "both", controller + web),
  ];
}
