// The console's frame: the door, the menu, languages, and what it weighs.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app.close());

describe("the door", () => {
  it("refuses a wrong password in the server's words, and lets the right one in", async () => {
    const page = await app.visit("/");
    await expectAccessibleInBothSchemes(page);
    await page.getByLabel("User name").fill("admin");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("That did not work");
    await screenshot(page, "sign-in");
  });

  it("keeps who is signed in over a reload, and forgets them when they leave", async () => {
    const page = await app.open("/");
    await page.reload();
    await page.getByRole("button", { name: "admin" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });
});

describe("the frame", () => {
  it("shows that it is live, speaks Greek when asked to, and remembers it", async () => {
    const page = await app.open("/charge-points");
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
    await page.getByRole("button", { name: "admin" }).click();
    await page.getByRole("menuitem", { name: "Ελληνικά" }).click();
    await page.getByRole("heading", { name: "Σταθμοί φόρτισης" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Σταθμοί φόρτισης" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("el");
  });

  it("says so where there is no such page", async () => {
    const page = await app.open("/no/such/page");
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  });

  it("can be used by everybody, in the light and in the dark", async () => {
    const page = await app.open("/charge-points");
    await page.getByRole("region", { name: "Charge points" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charge-points-empty");
  });
});

describe("its texts", () => {
  it("has every text in every language", () => {
    const root = "console/src/i18n";
    const keys = (value: unknown, path = ""): string[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => keys(inner, `${path}.${name}`))
        : [path];
    const read = (language: string, file: string) =>
      keys(JSON.parse(readFileSync(`${root}/${language}/${file}`, "utf8")));
    for (const file of readdirSync(`${root}/en`))
      expect([file, read("el", file).sort()]).toEqual([file, read("en", file).sort()]);
  });
});

describe("its weight", () => {
  it("stays below 300 kB gzip for the first load", async () => {
    const page = await app.visit("/");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.waitForLoadState("networkidle");
    const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    const loaded = names.map((name) => new URL(name).pathname).filter((path) => /\.(js|css)$/.test(path));
    const bytes = loaded.reduce((sum, path) => sum + gzipSync(readFileSync(`dist/public${path}`)).length, 0);
    expect(loaded.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(300_000);
  });
});
