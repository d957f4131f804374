import { setTimeout as delay } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { webLink } from "../../lab/web/server/tokens.ts";
import type { FedLab } from "./fed-lab.ts";

/** Opens the page, and tells in milliseconds from the navigation when a frame with all peers was on the screen. */
export async function openPage(browser: Browser, { origin, secrets }: FedLab, peers: number) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 880 } });
  page.setDefaultTimeout(60_000);
  await page.request.get(webLink(secrets, "viewer", origin));
  await page.addInitScript(notePicture, `${peers} peers`);
  await delay(1000);
  await page.goto(origin, { waitUntil: "commit" });
  const picture = await page.waitForFunction(() => Reflect.get(window, "pictureAt"));
  return { page, picture: Number(await picture.jsonValue()) };
}

/**
 * Runs in the page, before it: whoever asks from outside asks in steps of up to half a second. The frame in which the
 * picture is named is drawn, so it is seen when the next one begins.
 */
function notePicture(start: string): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector(`[role=img][aria-label^="${start}"]`)) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => Reflect.set(window, "pictureAt", performance.now())));
  });
  observer.observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
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
