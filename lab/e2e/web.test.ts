import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumHere, openBrowser, openTab } from "./browser.ts";
import { runtimesHere } from "./runtimes.ts";
import { openScene, type Scene } from "./scene.ts";

/** For a browser on a busy machine. */
const within = { timeout: 15_000 };

const MIB = 1024 * 1024;
const HOSTILE = "<img src=x onerror=window.hacked=1>.bin";

describe.runIf(chromiumHere)("the web UI of a running lab", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each(runtimesHere)("shows the swarm in all views and changes it, in the %s runtime", async (runtime) => {
    await using scene = await openScene(runtime, "web");
    scene.source(HOSTILE, randomBytes(24 * MIB));
    const common = ["--name", scene.name];
    await scene.ok("up", ...common, "--runtime", runtime, "--profile", "debug", "--leechers", "3", "-d", "--wait");
    const links = await linksOf(scene);
    const { page, problems } = await openTab(browser, links.admin);
    expect(page.url()).not.toContain("token");

    await page.getByRole("img", { name: /^4 peers, [1-9]\d* connections sending/ }).waitFor();
    expect(await paintedShare(page)).toBeGreaterThan(0.02);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.getByRole("combobox", { name: "Torrent" }).textContent()).toContain(HOSTILE);

    await show(page, "Pieces");
    await page.getByRole("img", { name: /^4 peers by \d+ pieces/ }).waitFor();
    expect(await paintedShare(page)).toBeGreaterThan(0.1);
    await show(page, "Exchange");
    await page.getByRole("img", { name: "who gave whom among 4 peers" }).waitFor();
    await show(page, "Rates");
    await expect.poll(() => page.locator(".uplot canvas").count(), within).toBe(4);
    await show(page, "Peers");
    await expect.poll(() => page.locator("tbody tr").allTextContents(), within).toHaveLength(4);
    await page.getByRole("button", { name: "Progress" }).click();
    expect(await page.locator("tbody tr").first().textContent()).toContain("seeder-1");
    await page.getByRole("searchbox").fill("leecher-2");
    await expect.poll(() => page.locator("tbody tr").allTextContents(), within).toHaveLength(1);
    await show(page, "Tracker");
    await expect.poll(() => page.locator("tbody tr", { hasText: "working" }).count(), within).toBe(4);
    await show(page, "Events");
    await page
      .getByText(/leecher-3.* let go$/)
      .first()
      .waitFor();

    await refusesOthers(new URL(links.admin));
    await changesTheLab(page, scene);
    await onlyLooks(browser, scene, links.viewer);
    await survivesARestart(page, scene);

    await scene.ok("wait", ...common, "--until", "complete", "--timeout", "120");
    await page.locator(".chip[data-state=complete]").waitFor();
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(problems).toEqual([]);
    await scene.ok("down", scene.name);
    expect(await scene.leftovers()).toEqual([]);
  });
});

/** What a page of another site, or one that calls itself 127.0.0.1, could send. */
async function refusesOthers({ hostname, port, search }: URL): Promise<void> {
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const asked = request({ hostname, port, path, headers }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      asked.on("error", reject).end();
    });
  expect(await ask(`/${search}`, { host: `evil.example:${port}` })).toBe(421);
  expect(await ask(`/${search}`, { origin: "http://evil.example" })).toBe(403);
  expect(await ask("/v1/stream", {})).toBe(401);
  expect(await ask("/metrics", {})).toBe(401);
}

/** Limits for a group, a mark, a cut and its healing: asked for on the page, seen by the command line. */
async function changesTheLab(page: Page, scene: Scene): Promise<void> {
  await page.getByRole("button", { name: "Controls", exact: true }).click();
  await page.getByLabel("Whose").selectOption("leecher");
  await page.getByLabel("↑ up").fill("3MiB/s");
  await page.getByLabel("slots").fill("2");
  await page.getByRole("button", { name: "Set" }).click();
  await page.getByText("leecher was set").waitFor();
  const leechers = (await scene.status()).nodes.filter(({ role }) => role === "leecher");
  for (const leecher of leechers) expect(leecher).toMatchObject({ limits: { up: 3 * MIB, down: null }, slots: 2 });

  await page.getByLabel("Text of the mark").fill("now faster");
  await page.getByRole("button", { name: "Mark" }).click();
  await page.getByText("now faster").waitFor();
  await page.getByRole("checkbox", { name: "leecher-3" }).check();
  await page.getByRole("button", { name: "Cut off from the others" }).click();
  await page.getByText("leecher-3 cut off from the others").waitFor();
  await page.getByRole("button", { name: "Heal" }).click();
  await page.getByText("all cuts are healed").waitFor();
  const { stdout } = await scene.ok("events", "--json", "--no-follow", "--name", scene.name);
  const commands = stdout.split("\n").flatMap((line) => (line.includes('"type":"command"') ? [JSON.parse(line)] : []));
  expect(commands.filter(({ ok }) => ok).map(({ command }) => command)).toEqual(
    expect.arrayContaining(["set", "cut", "heal"]),
  );
}

/** With the read-only link the controls are off, and what the page could send is refused. */
async function onlyLooks(browser: Browser, scene: Scene, link: string): Promise<void> {
  const { page, context } = await openTab(browser, link);
  await page.getByText("read-only").waitFor();
  await page.getByRole("button", { name: "Controls", exact: true }).click();
  for (const name of ["Set", "Mark", "all peers"])
    expect(await page.getByRole("button", { name }).isDisabled()).toBe(true);
  const status = await page.evaluate(async () => {
    const body = JSON.stringify({ type: "set", target: "leecher", settings: { slots: 9 } });
    const headers = { "content-type": "application/json" };
    return (await fetch("/v1/commands", { method: "POST", headers, body })).status;
  });
  expect(status).toBe(403);
  expect((await scene.status()).nodes.map(({ slots }) => slots)).not.toContain(9);
  await context.close();
}

/** The stream is cut with the web node; the page says so and goes on by itself when it is back. */
async function survivesARestart(page: Page, scene: Scene): Promise<void> {
  await scene.ok("stop", "web", "--name", scene.name);
  await page.getByText("The web node does not answer").waitFor();
  await scene.ok("start", "web", "--name", scene.name);
  await page.getByText("The web node does not answer").waitFor({ state: "hidden", timeout: 60_000 });
  await show(page, "Swarm");
  await page.getByRole("img", { name: /^4 peers/ }).waitFor();
}

async function linksOf(scene: Scene): Promise<{ admin: string; viewer: string }> {
  const print = async (...more: string[]) =>
    (await scene.ok("open", "--print", ...more, "--name", scene.name)).stdout.trim();
  return { admin: await print(), viewer: await print("--view") };
}

async function show(page: Page, view: string): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: view }).click();
}

/** Share of the first canvas that is not empty. */
async function paintedShare(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const canvas = document.querySelector("canvas");
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen) return 0;
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 0) painted += 1;
    return painted / (data.length / 4);
  });
}
