// How long each page of the menu takes until it can be used: loaded anew, its heading there, and all its data.
import type { Page } from "playwright-core";

export interface Opened {
  path: string;
  ms: number;
}

/** By what Playwright calls idle. */
const IDLE_MS = 500;

export async function openEach(page: Page, origin: string): Promise<Opened[]> {
  const links = await page
    .locator("nav a[href]")
    .evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
  const opened: Opened[] = [];
  for (const path of new Set(links.filter((href) => href.startsWith("/")))) {
    const begin = performance.now();
    await page.goto(origin + path);
    await page.locator("#main h1").waitFor();
    // Its last request was answered half a second before.
    await page.waitForLoadState("networkidle");
    opened.push({ path, ms: Math.round(performance.now() - begin - IDLE_MS) });
  }
  return opened.sort((a, b) => b.ms - a.ms);
}
