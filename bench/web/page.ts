import { setTimeout as delay } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { webLink } from "../../lab/web/server/tokens.ts";
import type { FedLab } from "./fed-lab.ts";

/** Opens the page, and tells in milliseconds from the navigation when peers were on the canvas. */
export async function openPage(browser: Browser, { origin, secrets }: FedLab, peers: number) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 880 } });
  page.setDefaultTimeout(60_000);
  await page.request.get(webLink(secrets, "viewer", origin));
  await delay(1000);
  const start = performance.now();
  await page.goto(origin, { waitUntil: "commit" });
  await page.getByRole("img", { name: new RegExp(`^${peers} peers`) }).waitFor();
  return { page, picture: performance.now() - start };
}

export interface FrameCost {
  /** Drawn a second. */
  readonly frames: number;
  /** Milliseconds of script, for each of 50 frames a second. */
  readonly script: number;
}

const FRAMES = 50;

/**
 * The browser's own account of a while of swarm: frames that were drawn, and the processor time of the page's thread.
 * Not time by the clock: that would tell how busy the machine was.
 */
export async function frameCost(page: Page, view: string, lab: FedLab, seconds: number): Promise<FrameCost> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, view);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(countFrames);
  const before = await scriptSeconds(session);
  await lab.play(seconds);
  const script = (((await scriptSeconds(session)) - before) * 1000) / seconds / FRAMES;
  const drawn = await page.evaluate(() => Number(Reflect.get(window, "drawn")));
  await session.detach();
  return { frames: drawn / seconds, script };
}

async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0;
}

/** Runs in the page. A frame is asked for after each frame: what the browser manages while the page does its work. */
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
