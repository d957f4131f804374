import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readPage } from "../web/server/page-files.ts";
import { type OpenWeb, openWeb } from "../web/testing/open-web.ts";
import { type SimulatedSwarm, type SimulationOptions, simulateSwarm } from "../web/testing/simulated-swarm.ts";
import { chromiumHere, openBrowser, openTab } from "./browser.ts";

const BUILT = join(import.meta.dirname, "../../.build/node/page");
/** For a browser on a busy machine. */
const within = { timeout: 15_000 };
const views = ["Swarm", "Pieces", "Exchange", "Rates", "Peers", "Tracker", "Events"];

/** The page in a browser, with a swarm that does what a test says, second by second. */
describe.runIf(chromiumHere)("the page of the web UI", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=1>',
    "<svg onload=window.hacked=1>",
    "javascript:window.hacked=1",
    "</option></select><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "{{constructor.constructor('window.hacked=1')()}}",
    "\u202egnp.exe\u0000\u001b]0;x\u0007",
    "__proto__",
  ])("X07: shows %j as text in every view, and in a saved picture", async (name) => {
    const { web } = await open({ names: [name, name], torrents: 2, client: name, lab: name });
    const { page, problems } = await openTab(browser, web.links.admin);
    await ready(page);
    for (const view of views) {
      await show(page, view);
      await page.keyboard.press("j");
      expect(await page.locator("script:not([src]), iframe, img[src=x], svg[onload], [onerror]").count()).toBe(0);
    }
    await show(page, "Peers");
    const svg = await saved(page, "SVG");
    expect(svg).not.toMatch(/<script|<img|<iframe|<svg onload|\u202e|\u001b/);
    expect(await page.evaluate(() => "hacked" in window || "hacked" in {})).toBe(false);
    expect(problems).toEqual([]);
  });

  test("goes on where it was when the stream is cut, without a new picture", async () => {
    const { web, say } = await open();
    const { page, problems } = await openTab(browser, web.links.viewer);
    await ready(page);
    const before = web.hub.picturesSent;
    for (let cut = 0; cut < 3; cut += 1) {
      web.hub.dropTabs();
      say(2);
      await page.getByText("The web node does not answer").waitFor();
      await page.getByText("The web node does not answer").waitFor({ state: "hidden" });
    }
    say(1);
    await show(page, "Events");
    await page.getByText(`mark of second ${Math.round(web.hub.picture.swarm.t)}`).waitFor();
    expect(web.hub.picturesSent).toBe(before);
    expect(problems).toEqual([]);
  });

  test("says so when the controller is gone, and goes on when it is back", async () => {
    const { web, say } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    web.hub.setConnected(false);
    await page.getByText("The controller does not answer").waitFor();
    web.hub.setConnected(true);
    await page.getByText("The controller does not answer").waitFor({ state: "hidden" });
    say(1);
  });

  test("a tab that was hidden shows the present at once", async () => {
    const { web, say } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    await hide(page, true);
    await expect.poll(() => web.hub.tabs, { timeout: 25_000 }).toBe(0);
    say(30);
    await hide(page, false);
    await show(page, "Events");
    await page.getByText(`mark of second ${Math.round(web.hub.picture.swarm.t)}`).waitFor();
  });

  test("works from the keyboard alone", async () => {
    const { web } = await open({ torrents: 2 });
    const { page } = await openTab(browser, web.links.admin);
    await ready(page);
    for (const [index, view] of views.entries()) {
      await page.keyboard.press(`${index + 1}`);
      await page.locator("nav [aria-current=page]", { hasText: view }).waitFor();
    }
    const torrent = () => page.getByRole("combobox", { name: "Torrent" }).inputValue();
    const first = await torrent();
    await page.keyboard.press("]");
    await expect.poll(torrent, within).not.toBe(first);
    await page.keyboard.press("j");
    await page.getByRole("complementary", { name: "Details" }).getByText("seeder-1").first().waitFor();
    await page.keyboard.press(".");
    await page.getByText("steps from the source").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await page.keyboard.press("t");
    await expect.poll(theme, within).not.toBe(before);
    await page.keyboard.press("5");
    await page.keyboard.press("/");
    await page.keyboard.type("leecher-1");
    await expect.poll(() => page.locator("tbody tr").count(), within).toBe(1);
  });

  test("Back leads to the view before, also to the first", async () => {
    const { web } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    await show(page, "Peers");
    await show(page, "Events");
    for (const view of ["Peers", "Swarm"]) {
      await page.goBack();
      await page.locator("nav [aria-current=page]", { hasText: view }).waitFor();
    }
    await ready(page);
  });

  test("keys work after a drop-down, a box or a slider was used, and with AltGr", async () => {
    const { web } = await open({ torrents: 2 });
    const { page } = await openTab(browser, web.links.admin);
    await ready(page);
    const shown = (view: string) => page.locator("nav [aria-current=page]", { hasText: view }).waitFor();
    await page.getByRole("combobox", { name: "Torrent" }).selectOption({ index: 1 });
    await page.keyboard.press("7");
    await shown("Events");
    await page.getByRole("checkbox").click();
    await page.keyboard.press("1");
    await shown("Swarm");
    await page.getByRole("slider", { name: "Piece to follow" }).click();
    await page.keyboard.press("4");
    await shown("Rates");
    await page.getByRole("combobox", { name: "Rates of" }).selectOption("leecher-2");
    await page.keyboard.press("2");
    await shown("Pieces");
    const torrent = () => page.getByRole("combobox", { name: "Torrent" }).inputValue();
    const before = await torrent();
    const altGr = { key: "]", ctrlKey: true, altKey: true, modifierAltGraph: true };
    await page.evaluate((init) => window.dispatchEvent(new KeyboardEvent("keydown", init)), altGr);
    await expect.poll(torrent, within).not.toBe(before);
  });

  test("asks anew when the stream falls silent, and says so until something comes", async () => {
    const { web, say } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    await page.clock.install();
    // The timer that runs was set on the true clock; the next word sets one that the test can move.
    const time = () => page.locator(".chip").first().textContent();
    const before = await time();
    say(2);
    await expect.poll(time, within).not.toBe(before);
    const again = page.waitForRequest((request) => request.url().includes("/v1/stream"));
    await page.clock.fastForward(26_000);
    await again;
    await page.getByText("The web node does not answer").waitFor({ state: "hidden" });
  });

  test("two tabs of one browser keep their own right, whichever link was opened last", async () => {
    const { web } = await open();
    const { page, context } = await openTab(browser, web.links.admin);
    await ready(page);
    const looks = await context.newPage();
    await looks.goto(web.links.viewer);
    await ready(looks);
    await looks.getByText("read-only").waitFor();
    await page.reload();
    await ready(page);
    await page.keyboard.press("c");
    await page.getByRole("textbox", { name: "Text of the mark" }).fill("still the teacher");
    await page.getByRole("button", { name: "Mark", exact: true }).click();
    await page.getByRole("status").getByText("marked").waitFor();
    expect(web.controller.commands).toEqual([{ type: "mark", text: "still the teacher" }]);
  });

  test("what was typed stays until the lab has done it, and its answer is in sight", async () => {
    const { web } = await open();
    const { page } = await openTab(browser, web.links.admin);
    await ready(page);
    await page.setViewportSize({ width: 1200, height: 500 });
    await page.keyboard.press("c");
    const field = page.getByRole("textbox", { name: "Text of the mark" });
    await field.fill("now");
    web.controller.answer({ ok: false, error: "not today" });
    await page.getByRole("button", { name: "Mark", exact: true }).click();
    const answer = page.getByRole("complementary", { name: "Controls" }).getByRole("status");
    await answer.getByText("not today").waitFor();
    expect(await field.inputValue()).toBe("now");
    const box = await answer.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 999)).toBeLessThan(500);
    web.controller.answer({ ok: true });
    await page.getByRole("button", { name: "Mark", exact: true }).click();
    await answer.getByText("marked").waitFor();
    expect(await field.inputValue()).toBe("");
  });

  test("a view that cannot be drawn leaves the others and the page", async () => {
    const { web } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    await page.evaluate(() => {
      HTMLCanvasElement.prototype.getContext = () => {
        throw new Error("no canvas today");
      };
    });
    await show(page, "Pieces");
    await page.getByText("This view cannot be drawn: no canvas today").waitFor();
    await show(page, "Peers");
    await page.getByRole("cell", { name: "leecher-1", exact: true }).waitFor();
  });

  test("lets nothing travel when motion is to be reduced", async () => {
    const { web, say } = await open();
    const moving = await openTab(browser, web.links.viewer);
    const still = await openTab(browser, web.links.viewer, { reducedMotion: "reduce" });
    await Promise.all([ready(moving.page), ready(still.page)]);
    await Promise.all([moving, still].map(({ page }) => page.evaluate(countFrames)));
    say(4);
    await expect.poll(() => moving.page.evaluate(() => Reflect.get(window, "frames60")), within).toBeGreaterThan(5);
    expect(await still.page.evaluate(() => Reflect.get(window, "frames60"))).toBe(0);
  });

  test("saves every view as PNG and as SVG", async () => {
    const { web } = await open();
    const { page } = await openTab(browser, web.links.viewer);
    await ready(page);
    for (const view of views) {
      await show(page, view);
      expect(await saved(page, "SVG")).toMatch(
        /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+(\.\d+)?"[^>]*>.+<\/svg>\n$/s,
      );
      expect((await saved(page, "PNG")).slice(1, 4)).toBe("PNG");
    }
  });
});

interface OpenPage {
  readonly web: OpenWeb;
  readonly swarm: SimulatedSwarm;
  /** Lets so many seconds pass in the swarm, and marks the last. */
  say(seconds: number): void;
}

async function open(options: Partial<SimulationOptions> = {}): Promise<OpenPage> {
  const web = await openWeb(readPage(BUILT));
  onTestFinished(() => web[Symbol.asyncDispose]());
  const swarm = simulateSwarm({
    seed: 9,
    seeders: 1,
    leechers: 4,
    torrents: 1,
    pieces: 400,
    pieceLength: 1 << 16,
    ...options,
  });
  let extra = 0;
  const say = (seconds: number) => {
    const lines = swarm.run(seconds).map((line) => ({ ...line, seq: line.seq + extra }));
    const { seq = 0, t = 0 } = lines.at(-1) ?? {};
    extra += 1;
    const text = `mark of second ${Math.round(t)}`;
    web.controller.say([
      ...lines,
      { v: 1, run: "20261121-100000-simulated", seq: seq + 1, t, node: "controller", type: "mark", text },
    ]);
  };
  web.controller.say(swarm.start());
  say(12);
  return { web, swarm, say };
}

async function ready(page: Page): Promise<void> {
  await page.getByRole("img", { name: /^5 peers/ }).waitFor();
}

async function show(page: Page, view: string): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: view }).click();
}

/** What the page gives to the browser to save. */
async function saved(page: Page, kind: "PNG" | "SVG"): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: kind, exact: true }).click(),
  ]);
  return await readFile(await download.path(), "latin1");
}

/** Tells the page that it is hidden, as a browser does. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** From now on counts what is drawn for an animation. */
function countFrames(): void {
  const original = window.requestAnimationFrame.bind(window);
  Reflect.set(window, "frames60", 0);
  window.requestAnimationFrame = (callback) => {
    Reflect.set(window, "frames60", Number(Reflect.get(window, "frames60")) + 1);
    return original(callback);
  };
}
