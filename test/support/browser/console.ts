// The console as somebody uses it: a server of its own, a browser, and somebody signed in.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { ADMIN_PASSWORD, type Server, startServer, temporaryState } from "../node/server.ts";
import { launchBrowser } from "./browser.ts";

export interface ConsoleUnderTest {
  server: Server;
  stateDir: string;
  browser: Browser;
  /**
   * Within a test, a page of somebody who is signed in, as in a browser of their own; it goes with the test. An uncaught
   * error of the page fails `close`.
   */
  open(path: string, as?: Credentials): Promise<Page>;
  /** The same of nobody in particular. */
  visit(path: string): Promise<Page>;
  close(): Promise<void>;
}

interface Credentials {
  username: string;
  password: string;
}

const ADMIN: Credentials = { username: "admin", password: ADMIN_PASSWORD };

export async function startConsole(env: Record<string, string> = {}): Promise<ConsoleUnderTest> {
  const { stateDir, remove } = await temporaryState();
  const [server, browser] = await Promise.all([startServer({ stateDir, env }), launchBrowser()]);
  const errors: string[] = [];
  const visit = async (path: string): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1360, height: 850 },
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    // A page that nobody looks at any more would go on reading.
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(server.url + path);
    return page;
  };
  return {
    server,
    stateDir,
    browser,
    visit,
    async open(path, as = ADMIN) {
      const page = await visit(path);
      await page.getByLabel("User name").fill(as.username);
      await page.getByLabel("Password", { exact: true }).fill(as.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("#main h1").waitFor({ timeout: 60_000 });
      return page;
    },
    async close() {
      await browser.close();
      await server.stop();
      await remove();
      expect(errors).toEqual([]);
    },
  };
}

/** Fails on what a person with an impairment would seriously stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(" "))])).toEqual([]);
}

/** In both schemes, one after the other: colours that can be read in the light may not be in the dark. */
export async function expectAccessibleInBothSchemes(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    await expectAccessible(page);
  }
}

/** For people: `SCREENSHOTS=dir npm exec vitest -- run --project browser` keeps what the pages look like. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env.SCREENSHOTS;
  if (dir === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${dir}/${name}-${colorScheme}.png` });
  }
}
