/**
 * The web UI with 50 peers, 1,024 pieces and 20 torrents: what the page costs a browser, what the stream weighs, and what
 * the web node costs with 10 open tabs. `npm run build && node bench/web.ts`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openBrowser } from "../lab/e2e/browser.ts";
import { readPage } from "../lab/web/server/page-files.ts";
import { webLink } from "../lab/web/server/tokens.ts";
import { type FakeController, fakeController, fakeSecrets } from "../lab/web/testing/fake-controller.ts";
import { type SimulatedSwarm, simulateSwarm } from "../lab/web/testing/simulated-swarm.ts";

const PORT = 7199;
const ORIGIN = `http://127.0.0.1:${PORT}`;
const BUNDLE = join(import.meta.dirname, "../.build/node");
const SECONDS = 15;
const WARM_SECONDS = 60;
const FRAMES = 50;

const swarm = simulateSwarm({ seed: 1, seeders: 2, leechers: 48, torrents: 20, pieces: 1024, up: 1 << 20 });
const controller = await fakeController();
const secrets = mkdtempSync(join(tmpdir(), "lab-bench-"));
for (const [name, secret] of Object.entries(fakeSecrets)) writeFileSync(join(secrets, name), secret);
controller.say(swarm.start());
for (let second = 0; second < WARM_SECONDS; second += 1) controller.say(swarm.run(1));
const web = startWeb();
const browser = await openBrowser();
try {
  await answers();
  console.log(`script of the page, gzipped: ${(scriptSize() / 1000).toFixed(0)} kB (≤ 350)`);
  const { page, picture } = await openPage(browser);
  console.log(`first picture after opening: ${picture.toFixed(0)} ms (≤ 1000)`);
  await frames(page, "swarm");
  for (const view of ["pieces", "exchange", "rates", "peers"]) await frames(page, view);
  await page.close();
  await tenTabs();
} finally {
  await browser.close();
  web.kill();
  await controller[Symbol.asyncDispose]();
  rmSync(secrets, { recursive: true });
}

function startWeb(): ChildProcess {
  const env = { LAB_NAME: "bench", LAB_CONTROLLER: controller.url, LAB_SECRETS: secrets, LAB_PORT: `${PORT}` };
  return spawn(process.execPath, [join(BUNDLE, "web.mjs")], { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function answers(): Promise<void> {
  for (let ok = false; !ok; await delay(100))
    ok = await fetch(`${ORIGIN}/healthz`)
      .then((one) => one.ok)
      .catch(() => false);
  await delay(3000);
}

function scriptSize(): number {
  const scripts = [...readPage(join(BUNDLE, "page"))].filter(([path]) => path.endsWith(".js"));
  return scripts.reduce((sum, [, file]) => sum + gzipSync(file.plain).length, 0);
}

/** Milliseconds from the navigation to the first time that peers are on the canvas. */
async function openPage(browser: Browser): Promise<{ page: Page; picture: number }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 880 } });
  await page.request.get(webLink(fakeSecrets, "viewer", ORIGIN));
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
  await play(swarm, controller, SECONDS);
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

/** Lets seconds of the swarm pass in real time, in four parts a second as nodes would report. */
async function play(simulated: SimulatedSwarm, to: FakeController, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    const start = performance.now();
    const lines = simulated.run(1);
    const part = Math.ceil(lines.length / 4);
    for (let at = 0; at < 4; at += 1) {
      to.say(lines.slice(at * part, (at + 1) * part));
      await delay(Math.max(0, start + (at + 1) * 250 - performance.now()));
    }
  }
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
  await play(swarm, controller, 8);
  counting = true;
  const before = processorTime();
  await play(swarm, controller, SECONDS);
  const busy = processorTime() - before;
  ended.abort();
  console.log(`stream to one tab: ${(bytes / SECONDS / 1000).toFixed(1)} kB/s (≤ 30)`);
  console.log(`web node with 10 tabs: ${((busy / SECONDS) * 100).toFixed(1)} % of a core`);
}

/** Seconds of user and system time of the web node (Linux: fields 14 and 15 of `/proc/PID/stat`, in hundredths). */
function processorTime(): number {
  const fields = readFileSync(`/proc/${web.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function signIn(): Promise<string> {
  const answer = await fetch(webLink(fakeSecrets, "viewer", ORIGIN), { redirect: "manual" });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
