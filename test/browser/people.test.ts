// People in the console: who may charge, who may sign in, and what they paid.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { restClient } from "../support/node/rest.ts";

let app: ConsoleUnderTest;
beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app.close());

describe("users", () => {
  it("creates a driver, enters a payment, and shows what is on the account", async () => {
    const page = await app.open("/users");
    await page.getByRole("button", { name: "New user" }).click();
    const form = page.getByRole("dialog");
    const password = form.getByRole("textbox", { name: "Password" });
    await form.getByLabel("User name").fill("ada");
    await password.fill("short");
    await page.getByRole("button", { name: "Save" }).click();
    // In the server's words, at the field.
    await page.getByRole("alert").waitFor();
    expect(await form.locator("[aria-invalid=true], [data-invalid=true]").count()).toBeGreaterThan(0);
    await password.fill("long enough");
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("link", { name: "ada" }).click();
    await page.getByRole("heading", { name: "ada" }).waitFor();
    await page.getByRole("button", { name: "Enter a payment" }).click();
    await page.getByLabel("Amount").fill("25.5");
    await page.getByLabel("Note").fill("cash");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("region", { name: "Account" }).getByText("€25.50").first().waitFor();
    await page.getByText("cash").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "user");

    const api = restClient(app.server.url);
    const { items } = await api.get("/api/users?username=ada");
    expect(items).toMatchObject([{ role: "driver", active: true }]);
    const { balances } = await api.get(`/api/users/${items[0].id}/credit`);
    expect(balances).toEqual([{ currency: "EUR", balance: 25.5 }]);
  });

  it("lists them for everybody to use", async () => {
    const page = await app.open("/users");
    await page.getByRole("link", { name: "admin" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "users");
    // On a telephone: what is wider scrolls within the list, not the page.
    await page.setViewportSize({ width: 360, height: 740 });
    const width = () => page.locator("html").evaluate((html) => html.scrollWidth);
    await expect.poll(width, PATIENCE).toBeLessThanOrEqual(360);
    await screenshot(page, "users-narrow");
  });
});

describe("id tokens", () => {
  it("adds one for a driver, changes it, and takes it away only when asked again", async () => {
    const page = await app.open("/id-tokens");
    await page.getByRole("button", { name: "New id token" }).click();
    await page.getByRole("dialog").getByLabel("Id token").fill("CARD-1");
    await page.getByRole("dialog").getByRole("combobox", { name: "Driver" }).click();
    await page.getByRole("option", { name: "ada" }).click();
    await page.getByLabel("Valid until").fill("2031-05-06T07:08");
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "id-token-form");
    await page.getByRole("button", { name: "Save" }).click();

    const row = page.getByRole("row").filter({ hasText: "CARD-1" });
    await row.getByText("accepted").waitFor();
    const api = restClient(app.server.url);
    expect(new Date((await api.get("/api/id-tokens/CARD-1")).expiresAt).getFullYear()).toBe(2031);

    await page.getByRole("button", { name: "Edit CARD-1" }).click();
    await page.getByRole("dialog").getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "blocked" }).click();
    await page.getByLabel("Valid until").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await row.getByText("blocked").waitFor();
    expect(await api.get("/api/id-tokens/CARD-1")).toMatchObject({ status: "blocked", expiresAt: null });

    await page.getByRole("button", { name: "Delete CARD-1" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
  });

  it("imports lines, and says which one was refused, and why", async () => {
    const page = await app.open("/id-tokens");
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByLabel("Lines").fill('idToken;note;status\nBULK-1;"one; two";\nBULK-2;;nonsense\n\nBULK-3;;blocked');
    await page.getByRole("button", { name: "Import" }).last().click();
    await page.getByText(/Line 3: .*\/status/).waitFor();
    await page.getByText("2 of 3 taken").waitFor();
    await screenshot(page, "id-token-import");
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("row").filter({ hasText: "BULK-3" }).getByText("blocked").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "id-tokens");
    const api = restClient(app.server.url);
    expect(await api.get("/api/id-tokens/BULK-1")).toMatchObject({ note: "one; two", status: "accepted" });
  });
});

describe("a long list", () => {
  it("draws the rows in sight, and reads on as its end comes near", async () => {
    const api = restClient(app.server.url);
    for (let i = 0; i < 250; i++) await api.post("/api/id-tokens", { idToken: `MANY-${String(i).padStart(3, "0")}` });
    const page = await app.open("/id-tokens");
    await page.getByRole("row").filter({ hasText: "MANY-000" }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    const list = page.getByRole("region", { name: "Id tokens" });
    const end = page.getByRole("row").filter({ hasText: "MANY-249" });
    await expect
      .poll(
        async () => {
          await list.evaluate((frame) => frame.scrollTo(0, frame.scrollHeight));
          return end.count();
        },
        { timeout: 30_000 },
      )
      .toBe(1);
    expect(await page.getByRole("row").count()).toBeLessThan(80);
  });
});

describe("API keys", () => {
  it("shows a new key once, which then opens the API until it is revoked", async () => {
    const page = await app.open("/api-keys");
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("Name").fill("billing program");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/Keep this key now/).waitFor();
    const key = (await page.getByTestId("secret").textContent()) ?? "";
    const ask = () => fetch(`${app.server.url}/api/transactions`, { headers: { "x-api-key": key } });
    expect((await ask()).status).toBe(200);
    await page.getByRole("button", { name: "I have it" }).click();

    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("row").filter({ hasText: "billing program" }).getByText("revoked").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "api-keys");
    expect((await ask()).status).toBe(401);
  });
});
