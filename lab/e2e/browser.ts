import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { atHand } from "../at-hand.fixture.ts";

/** Where Debian and others keep Chromium. */
const places = [
  process.env.LAB_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Where Chromium is, if anywhere. */
export const chromiumHere: string | undefined = places.find((path) => path !== "" && existsSync(path));
atHand("Chromium", chromiumHere !== undefined);

/** A page, and what went wrong in it so far. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and of the page's policy, and requests that left the page's own origin. */
  readonly problems: string[];
}

export async function openBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"];
  return await chromium.launch({ executablePath: chromiumHere ?? "", args });
}

/** Opens a link in a browser of its own: no cookie of another tab. */
export async function openTab(
  browser: Browser,
  link: string,
  options: { reducedMotion?: "reduce" } = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 880 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|ERR_/.test(message.text()))
      problems.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(link).origin) problems.push(`asked ${origin}`);
  });
  await page.goto(link);
  return { page, context, problems };
}
