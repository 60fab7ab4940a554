// How somebody becomes a driver, forgets the password, and finds out where they are signed in.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";

const EMAIL = "eleni@example.org";

let app: ConsoleUnderTest;
const read = new Set<string>();
beforeAll(async () => {
  app = await startConsole({ SIGN_UP: "open" });
});
afterAll(() => app?.close());

it("signs up, confirms by the link of the mail, and is in", async () => {
  const page = await app.visit("/");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByLabel("Password").first().fill("a long enough phrase");
  await page.getByLabel("First name").fill("Eleni");
  await screenshot(page, "sign-up");
  await expectAccessibleInBothSchemes(page);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("status").filter({ hasText: "A mail is on its way" }).waitFor();

  await page.goto(await newestLink());
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("status").filter({ hasText: "confirmed" }).waitFor();
  await signedIn("a long enough phrase");
});

it("sets a new password by the link of a mail, and the old one is void", async () => {
  const page = await app.visit("/account/forgotten");
  await page.getByLabel("E-mail address").fill(EMAIL);
  await expectAccessibleInBothSchemes(page);
  await page.getByRole("button", { name: "Send a link" }).click();
  await page.getByRole("status").waitFor();

  await page.goto(await newestLink());
  await page.getByLabel("New password").first().fill("another long phrase");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("status").filter({ hasText: "is set" }).waitFor();
  await signedIn("another long phrase");

  const stale = await app.visit("/");
  await stale.getByLabel("User name").fill(EMAIL);
  await stale.getByLabel("Password", { exact: true }).fill("a long enough phrase");
  await stale.getByRole("button", { name: "Sign in" }).click();
  await stale.getByRole("alert").waitFor();
});

it("says so where a link is not whole", async () => {
  const page = await app.visit("/account/confirm");
  await page.getByText("This link is not whole").waitFor();
});

it("shows where one is signed in, and ends a session there", async () => {
  const there = await app.open("/profile");
  const here = await app.open("/profile");
  await here.getByLabel("First name").fill("Ada");
  await here.getByRole("button", { name: "Save" }).click();
  await here.getByText("Saved").waitFor();
  await screenshot(here, "profile");
  await expectAccessibleInBothSchemes(here);
  const rows = here.getByRole("button", { name: "Sign out" });
  const before = await rows.count();
  expect(before).toBeGreaterThan(0);
  await rows.first().click();
  await expect.poll(() => rows.count()).toBe(before - 1);
  await there.close();
});

async function signedIn(password: string): Promise<void> {
  const page = await app.visit("/");
  await page.getByLabel("User name").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page
    .getByRole("button", { name: "Eleni" })
    .or(page.getByRole("button", { name: EMAIL }))
    .waitFor();
  await page.close();
}

/** From the mail that came last, and has not been looked at yet. */
async function newestLink(): Promise<string> {
  const outbox = join(app.stateDir, "outbox");
  const unread = async () => (await readdir(outbox).catch(() => [])).filter((name) => !read.has(name));
  await expect.poll(unread, { timeout: 20_000 }).toHaveLength(1);
  const [name = ""] = await unread();
  read.add(name);
  const [, body = ""] = (await readFile(join(outbox, name), "utf8")).split(/\r?\n\r?\n/, 2);
  const text = Buffer.from(body, "base64").toString();
  const [link] = /https?:\/\/\S+#token=\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`the mail has no link:\n${text}`);
  return link;
}
