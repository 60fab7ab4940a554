// The console as somebody uses it: a server of its own, a browser, and somebody signed in.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { request } from "../node/rest.ts";
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

/** A busy machine is no failure. */
const PATIENCE_MS = 60_000;

const ADMIN: Credentials = { username: "admin", password: ADMIN_PASSWORD };

export async function startConsole(env: Record<string, string> = {}): Promise<ConsoleUnderTest> {
  const { stateDir, remove } = await temporaryState();
  const [server, browser] = await Promise.all([startServer({ stateDir, env }), launchBrowser()]);
  const errors: string[] = [];
  const show = async (path: string, storageState?: StorageState): Promise<Page> => {
    const context = await browser.newContext({
      ...(storageState && { storageState }),
      viewport: { width: 1360, height: 850 },
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    // A page that nobody looks at any more would go on reading.
    onTestFinished(() => context.close());
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(server.url + path);
    return page;
  };
  return {
    server,
    stateDir,
    browser,
    visit: (path) => show(path),
    async open(path, as = ADMIN) {
      const page = await show(path, await signedIn(server.url, as));
      await page.locator("#main h1").waitFor();
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

type StorageState = Exclude<Parameters<Browser["newContext"]>[0], undefined>["storageState"];

/** A browser in which somebody signed in before: the form is tried where the door is what a test is about. */
async function signedIn(origin: string, credentials: Credentials): Promise<StorageState> {
  const { status, body } = await request(`${origin}/api/token`, "POST", undefined, credentials);
  if (status !== 200) throw new Error(`sign-in answered ${status}: ${JSON.stringify(body)}`);
  const session = { access: body.access, refresh: body.refresh, accessUntil: Date.now() + body.expiresIn * 1000 };
  const kept = { name: "ov2x-edge.session", value: JSON.stringify(session) };
  return { cookies: [], origins: [{ origin, localStorage: [kept] }] };
}

/** Fails on what a person with an impairment would seriously stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNothingGrave(new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]));
}

async function expectNothingGrave(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(" "))])).toEqual([]);
}

/** In both schemes: colours that can be read in the light may not be in the dark; nothing else depends on the scheme. */
export async function expectAccessibleInBothSchemes(page: Page): Promise<void> {
  await inScheme(page, "light");
  await expectAccessible(page);
  await inScheme(page, "dark");
  await expectNothingGrave(new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]));
}

async function inScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}

/** For people: `SCREENSHOTS=dir npm exec vitest -- run --project browser` keeps what the pages look like. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env.SCREENSHOTS;
  if (dir === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await inScheme(page, colorScheme);
    await page.screenshot({ path: `${dir}/${name}-${colorScheme}.png` });
  }
}
