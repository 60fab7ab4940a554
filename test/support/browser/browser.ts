// A real Chromium that npm installs, so that these tests run wherever `npm test` does.
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * Not the package's own flags: with these, made for one page on a small machine, a second page may never load. All
 * pages come from this machine, so there is no sandbox to keep, and nothing to ask of the network.
 */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: FLAGS,
    headless: true,
  });
}
