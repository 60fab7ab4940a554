// The console as somebody uses it: a server of its own, a browser, and somebody signed in. Of no test runner.
import type { Browser, Page } from "playwright-core";
import { request } from "../node/rest.ts";
import { ADMIN_PASSWORD, type Server, startServer, temporaryState } from "../node/server.ts";
import { launchBrowser } from "./browser.ts";

export interface ConsoleApp {
  server: Server;
  stateDir: string;
  browser: Browser;
  /** A page of somebody who is signed in, as in a browser of their own. */
  open(path: string, as?: Credentials): Promise<Page>;
  /** The same of nobody in particular. */
  visit(path: string): Promise<Page>;
  /** @returns the uncaught errors of all its pages */
  close(): Promise<string[]>;
}

interface Credentials {
  username: string;
  password: string;
}

/** A busy machine is no failure. */
const PATIENCE_MS = 60_000;

const ADMIN: Credentials = { username: "admin", password: ADMIN_PASSWORD };

/**
 * @param opened told how to close each browser that was opened; all of them close with the app at the latest
 * @param state of a server that ran before, or an empty one; it is gone with the app
 */
export async function startApp(
  env: Record<string, string>,
  opened: (close: () => Promise<void>) => void = () => {},
  state?: Awaited<ReturnType<typeof temporaryState>>,
): Promise<ConsoleApp> {
  const { stateDir, remove } = state ?? (await temporaryState());
  const [server, browser] = await Promise.all([startServer({ stateDir, env }), launchBrowser()]);
  const errors: string[] = [];
  const show = async (path: string, storageState?: StorageState): Promise<Page> => {
    const context = await browser.newContext({
      ...(storageState && { storageState }),
      viewport: { width: 1360, height: 850 },
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    opened(() => context.close());
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
      return errors;
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
