// Charging and money in the console, with a simulated charger: a tariff, a location, a session as it runs, its bill,
// places that are kept, and limits that are held.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { type Rest, restClient } from "../support/node/rest.ts";

let app: ConsoleUnderTest;
let api: Rest;
let charger: Charger;
beforeAll(async () => {
  app = await startConsole();
  api = restClient(app.server.url);
  await api.post("/api/charge-points", { id: "BILL-1" });
  await api.post("/api/id-tokens", { idToken: "CARD-1" });
  charger = createCharger({
    ...{ id: "BILL-1", url: app.server.chargerUrl, connectors: 2, version: "2.0.1" },
    ...{ powerW: 11_000, speed: 200, meterIntervalS: 1, callTimeoutMs: 60_000 },
  });
  await charger.connect();
});
afterAll(async () => {
  await charger.close();
  await app.close();
});

describe("prices", () => {
  it("makes a tariff, and tells what a session would cost before it is kept", async () => {
    const page = await app.open("/new-tariff");
    await page.getByLabel("Name").fill("city");
    await page.getByRole("button", { name: "Save" }).click();
    // A price that is missing stands at its field.
    const price = page.getByLabel("Price /kWh");
    await page.getByText("This is needed").waitFor();
    expect(await price.getAttribute("aria-invalid")).toBe("true");
    expect(await api.get("/api/tariffs")).toMatchObject({ items: [] });
    await price.fill("0.4");
    await page.getByRole("textbox", { name: "VAT" }).fill("24");
    await page.getByRole("button", { name: "Add an element" }).click();
    const second = page.getByRole("region", { name: "Element 2" });
    await second.getByLabel("Price /kWh").fill("0.2");
    await second.getByRole("button", { name: "Counts always" }).click();
    await second.getByLabel("From, each day").fill("23:00");
    await second.getByLabel("Until, each day").fill("07:00");
    // What it would cost, before it is kept: 30 kWh at noon.
    await page.getByLabel("Energy, kWh").fill("30");
    await page.getByLabel("Begins").fill("2031-05-06T12:00");
    await page.getByRole("button", { name: "Work it out" }).click();
    await page.getByText("€14.88").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "tariff");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "city" }).waitFor();
    expect(await api.get("/api/tariffs/city")).toMatchObject({
      currency: "EUR",
      elements: [
        { priceComponents: [{ type: "ENERGY", price: 0.4, vat: 24, stepSize: 1 }] },
        { restrictions: { startTime: "23:00", endTime: "07:00" } },
      ],
    });
    await page.getByRole("link", { name: "Tariffs" }).click();
    await page.getByRole("link", { name: "city" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "tariffs");
  });

  it("gives a tariff to a charger of OCPP 2.1, and says what one of another version makes of it", async () => {
    await api.post("/api/tariffs", {
      ...{ id: "plain:1/2", currency: "EUR" },
      elements: [{ priceComponents: [{ type: "ENERGY", price: 0.3 }] }],
    });
    await api.post("/api/charge-points", { id: "SHOWS-1" });
    const shows = createCharger({ id: "SHOWS-1", url: app.server.chargerUrl, version: "2.1", callTimeoutMs: 60_000 });
    await shows.connect();
    const page = await app.open(`/tariffs/${encodeURIComponent("plain:1/2")}`);
    const give = async (chargePointId: string) => {
      await page.getByRole("button", { name: "Give to a charger" }).click();
      await page.getByRole("dialog").getByLabel("Charge point").fill(chargePointId);
      await page.getByRole("dialog").getByRole("button", { name: "Give", exact: true }).click();
    };
    await give("BILL-1");
    await page.getByText("speaks OCPP 2.0.1, not 2.1").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "give-tariff");
    await page.keyboard.press("Escape");
    await give("SHOWS-1");
    await page.getByText("Accepted").waitFor();
    const { items } = await api.get("/api/charge-points/SHOWS-1/tariffs");
    expect(items).toMatchObject([{ key: "plain:1/2" }]);
    await shows.close();
    await api.call("DELETE", `/api/tariffs/${encodeURIComponent("plain:1/2")}`);
  });

  it("makes a location, says what is wrong at its field, and gives its charger the tariff", async () => {
    const page = await app.open("/new-location");
    await page.getByLabel("Name").fill("Harbour");
    await page.getByLabel("Address").fill("Akti 1");
    await page.getByLabel("City").fill("Piraeus");
    await page.getByLabel("Latitude").fill("north");
    await page.getByLabel("Longitude").fill("23.63");
    await page.getByLabel("Time zone").fill("Europe/Athens");
    await page.getByRole("button", { name: "Add an EVSE" }).click();
    await page.getByRole("combobox", { name: "Charge point" }).fill("BILL-1");
    await page.getByLabel("Tariffs").first().click();
    await page.getByRole("option", { name: "city" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByLabel("Latitude").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Latitude").fill("37.94");
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "location");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Harbour" }).waitFor();
    const { items } = await api.get("/api/locations");
    expect(items).toMatchObject([{ evses: [{ chargePointId: "BILL-1", connectors: [{ tariffIds: ["city"] }] }] }]);
    await page.getByRole("link", { name: "Locations" }).click();
    await page.getByRole("link", { name: "Harbour" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "locations");
  });
});

describe("a session", () => {
  it("shows its curve and cost while it runs, and its bill when it ended", async () => {
    charger.plug(1);
    await charger.start(1, "CARD-1");
    const page = await app.open("/sessions");
    const row = page.getByRole("row").filter({ hasText: "CARD-1" });
    await row.getByText("active").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "sessions");
    await row.getByRole("link").first().click();
    await page.getByRole("heading", { name: /^Session .* at BILL-1$/ }).waitFor();
    const curve = page.getByRole("img", { name: /^Curves of/ });
    const count = async () => Number(/\d+/.exec((await curve.getAttribute("aria-label")) ?? "")?.[0]);
    await curve.waitFor();
    const before = await count();
    // It moves by itself.
    await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(before);
    await page.getByRole("region", { name: "Cost so far" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "session-running");

    // What is measured while nobody looks is there when somebody looks again.
    const id = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1) ?? "");
    // Two of its messages may be of the same millisecond.
    const measured = async () => (await api.walk(`/api/transactions/${encodeURIComponent(id)}/meter-values`)).length;
    await page.getByRole("link", { name: "Sessions" }).click();
    await row.getByText("active").waitFor();
    const left = await measured();
    await expect.poll(measured, { timeout: 30_000 }).toBeGreaterThan(left + 3);
    await row.getByRole("link").first().click();
    await curve.waitFor();

    await charger.stop(1);
    await charger.unplug(1);
    await page.getByText("completed").waitFor({ timeout: 30_000 });
    await expect.poll(async () => (await count()) - (await measured()), { timeout: 30_000 }).toBe(0);
    const cost = page.getByRole("region", { name: "Cost", exact: true });
    await cost.getByRole("row").filter({ hasText: "Total" }).waitFor({ timeout: 30_000 });
    await page
      .getByRole("button", { name: /TransactionEvent/ })
      .first()
      .waitFor();
    await screenshot(page, "session-ended");
    const { items } = await api.get("/api/cdrs?chargePointId=BILL-1");
    expect(items).toHaveLength(1);
    expect(items[0].totalCost.exclVat).toBeGreaterThan(0);

    await cost.getByRole("link", { name: items[0].id }).click();
    await page.getByRole("heading", { name: /^Charge record/ }).waitFor();
    await page.getByRole("region", { name: "How it comes to its sum" }).getByText("city").first().waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charge-record");
    await page.getByRole("link", { name: "Charge records" }).click();
    await page.getByRole("row").filter({ hasText: "Harbour" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charge-records");
  });

  it("is closed by hand with a reason, which its charger does not hear", async () => {
    charger.plug(2);
    const { id } = await charger.start(2, "CARD-1");
    await expect
      .poll(() => api.get("/api/transactions?status=active"))
      .toMatchObject({ items: [{ idToken: "CARD-1" }] });
    const page = await app.open("/sessions?status=active");
    await page.getByRole("row").filter({ hasText: "CARD-1" }).getByRole("link").first().click();
    await page.getByRole("button", { name: "Close by hand" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("the cable was stolen");
    await page.getByRole("dialog").getByRole("button", { name: "Close by hand" }).click();
    await page.getByText("the cable was stolen").first().waitFor();
    expect(charger.transaction(2)?.id).toBe(id);
    await charger.stop(2);
    await charger.unplug(2);
  });
});

describe("places and limits", () => {
  it("keeps a place, and gives it free again when asked", async () => {
    const page = await app.open("/reservations");
    await page.getByRole("button", { name: "New reservation" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Charge point").fill("BILL-1");
    await form.getByLabel("Connector").fill("1");
    await form.getByLabel("Id token").fill("CARD-1");
    await form.getByRole("button", { name: "Reserve" }).click();
    const row = page.getByRole("row").filter({ hasText: "BILL-1" });
    await row.getByText("active").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "reservations");
    await row.getByRole("button", { name: "Cancel it" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel it" }).click();
    await row.getByText("cancelled").waitFor();
  });

  it("shows the profiles that a charger holds", async () => {
    await api.post("/api/charge-points/BILL-1/set-limit", { evseId: 1, limit: 16, unit: "A" });
    const page = await app.open("/charging-profiles?chargePointId=BILL-1");
    await page.getByRole("row").filter({ hasText: "16 A" }).click();
    await page.getByRole("dialog").getByText("chargingSchedulePeriod").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charging-profiles");
  });
});
