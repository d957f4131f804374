/**
 * The web UI with 50 peers, 1,024 pieces and 20 torrents: what the page costs a browser, what the stream weighs, and what
 * the web node costs with 10 open tabs. `npm run build && node bench/web.ts`.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openBrowser } from "../lab/e2e/browser.ts";
import { readPage } from "../lab/web/server/page-files.ts";
import { webLink } from "../lab/web/server/tokens.ts";
import { simulateSwarm } from "../lab/web/testing/simulated-swarm.ts";
import { openFedLab } from "./parts/fed-lab.ts";
import { thisMachine } from "./parts/machine.ts";
import { cpuSeconds } from "./parts/proc.ts";
import { machineText } from "./report/figures.ts";

const PORT = 7199;
const ORIGIN = `http://127.0.0.1:${PORT}`;
const BUNDLE = join(import.meta.dirname, "../.build/node");
const SECONDS = 15;
const WARM_SECONDS = 60;
const FRAMES = 50;

const swarm = simulateSwarm({ seed: 1, seeders: 2, leechers: 48, torrents: 20, pieces: 1024, up: 1 << 20 });
console.log(`machine: ${machineText(thisMachine())}`);
await using lab = await openFedLab(swarm, PORT);
await lab.skip(WARM_SECONDS);
await lab.play(5);
await using browser = await openBrowser();
console.log(`script of the page, gzipped: ${(scriptSize() / 1000).toFixed(0)} kB (≤ 350)`);
const { page, picture } = await openPage(browser);
console.log(`first picture after opening: ${picture.toFixed(0)} ms (≤ 1000)`);
if (!process.argv.includes("--tabs"))
  for (const view of ["swarm", "pieces", "exchange", "rates", "peers"]) await frames(page, view);
await page.close();
await tenTabs();

function scriptSize(): number {
  const scripts = [...readPage(join(BUNDLE, "page"))].filter(([path]) => path.endsWith(".js"));
  return scripts.reduce((sum, [, file]) => sum + gzipSync(file.plain).length, 0);
}

/** Milliseconds from the navigation to the first time that peers are on the canvas. */
async function openPage(browser: Browser): Promise<{ page: Page; picture: number }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 880 } });
  await page.request.get(webLink(lab.secrets, "viewer", ORIGIN));
  await delay(1000);
  const start = performance.now();
  await page.goto(ORIGIN, { waitUntil: "commit" });
  await page.getByRole("img", { name: /^50 peers/ }).waitFor();
  return { page, picture: performance.now() - start };
}

/**
 * The browser's own account of a while of swarm: frames that were drawn, and the processor time of the page's thread for
 * each of 50 frames a second. Not time by the clock: that would tell how busy the machine was.
 */
async function frames(page: Page, view: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, view);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(countFrames);
  const before = await metricsOf(session);
  await lab.play(SECONDS);
  const after = await metricsOf(session);
  const drawn = await page.evaluate(() => Number(Reflect.get(window, "drawn")));
  const perFrame = (key: keyof Metrics) => (((after[key] - before[key]) * 1000) / SECONDS / FRAMES).toFixed(2);
  const rate = (drawn / SECONDS).toFixed(0);
  console.log(
    `${view}: ${rate} frames/s, script ${perFrame("ScriptDuration")} ms a frame (≤ 8), all ${perFrame("TaskDuration")} ms`,
  );
  await session.detach();
}

type Metrics = Record<"ScriptDuration" | "TaskDuration", number>;

async function metricsOf(session: CDPSession): Promise<Metrics> {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Metrics;
}

/** A frame is asked for after each frame: what the browser manages while the page does its work. */
function countFrames(): void {
  let drawn = 0;
  const id = (Number(Reflect.get(window, "counting")) || 0) + 1;
  Reflect.set(window, "counting", id);
  const count = () => {
    drawn += 1;
    Reflect.set(window, "drawn", drawn);
    if (Reflect.get(window, "counting") === id) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

/** Ten tabs that only read: bytes of one stream, and the processor time of the web node. */
async function tenTabs(): Promise<void> {
  const ended = new AbortController();
  const cookie = await signIn();
  let [bytes, counting] = [0, false];
  const read = async (first: boolean) => {
    const headers = { cookie, "accept-encoding": "gzip" };
    const { request } = await import("node:http");
    request(`${ORIGIN}/v1/stream`, { headers, signal: ended.signal }, (response) => {
      response.on("error", () => {});
      response.on("data", (piece: Buffer) => {
        if (first && counting) bytes += piece.length;
      });
    })
      .on("error", () => {})
      .end();
  };
  for (let tab = 0; tab < 10; tab += 1) await read(tab === 0);
  await lab.play(8);
  counting = true;
  const spent = () => [lab.controller, lab.web].map((child) => cpuSeconds(child.pid ?? 0));
  const before = spent();
  await lab.play(SECONDS);
  const [controller = 0, web = 0] = spent().map((now, i) => ((now - (before[i] ?? 0)) / SECONDS) * 100);
  ended.abort();
  console.log(`stream to one tab: ${(bytes / SECONDS / 1000).toFixed(1)} kB/s (≤ 30)`);
  const sum = (controller + web).toFixed(1);
  console.log(
    `with 10 tabs: controller ${controller.toFixed(1)} %, web node ${web.toFixed(1)} %, together ${sum} % of a core (≤ 5)`,
  );
}

async function signIn(): Promise<string> {
  const answer = await fetch(webLink(lab.secrets, "viewer", ORIGIN), { redirect: "manual" });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
