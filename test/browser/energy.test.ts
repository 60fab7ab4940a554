// Energy in the console, with a simulated charger: a location's power is shared, and the grid's word reaches the car.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { type Rest, restClient } from "../support/node/rest.ts";

let app: ConsoleUnderTest;
let api: Rest;
let charger: Charger;
let place: string;
beforeAll(async () => {
  app = await startConsole();
  api = restClient(app.server.url);
  await api.post("/api/charge-points", { id: "GRID-1" });
  await api.post("/api/id-tokens", { idToken: "CARD-1" });
  const connector = {
    ...{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
    ...{ maxVoltage: 230, maxAmperage: 32 },
  };
  const location = await api.post("/api/locations", {
    ...{ name: "Depot", address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens" },
    ...{ substationId: "T-1", coordinates: { latitude: "37.98", longitude: "23.73" } },
    evses: [{ chargePointId: "GRID-1", ocppEvseId: 1, connectors: [connector] }],
  });
  place = location.id;
  charger = createCharger({
    ...{ id: "GRID-1", url: app.server.chargerUrl, version: "2.1", powerW: 22_000 },
    ...{ meterIntervalS: 2, callTimeoutMs: 60_000 },
  });
  await charger.connect();
});
afterAll(async () => {
  await charger.close();
  await app.close();
});

describe("a site", () => {
  it("offers to share the power of a location whose chargers draw what they can", async () => {
    const page = await app.open(`/locations/${place}`);
    await page.getByRole("link", { name: "Shared power" }).click();
    await page.getByRole("button", { name: "Share the power" }).click();
    const form = page.getByRole("dialog");
    // It begins with what stands there.
    expect(await form.getByLabel("Charge point").inputValue()).toBe("GRID-1");
    await form.getByRole("group", { name: "Wire" }).getByLabel("At most, A").fill("40");
    await form.getByRole("button", { name: "Add a wire" }).click();
    await form.getByRole("group", { name: "Wire" }).last().getByLabel("At most, W").fill("15000");
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "site-form");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("40 A per phase").waitFor();
    expect(await api.get(`/api/sites/${place}`)).toMatchObject({
      nodes: [
        { id: "grid", maxCurrent: 40 },
        { parent: "grid", maxPower: 15_000 },
      ],
      connections: [{ chargePointId: "GRID-1", node: "grid", maxCurrent: 32 }],
    });
  });

  it("shows what each charger shall have, took and may draw", async () => {
    charger.plug(1);
    await charger.start(1, "CARD-1");
    const page = await app.open(`/sites/${place}`);
    await page.getByText(/took 3[12](\.\d)? A/).waitFor(PATIENCE);
    await page.locator("#main").getByText("Charging", { exact: true }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "site");
    await page.getByRole("link", { name: "Sites" }).click();
    await page.getByRole("link", { name: "Depot" }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "sites");
  });
});

describe("a grid signal", () => {
  it("reaches the charger as a limit, and ends when it is taken back", async () => {
    const page = await app.open("/grid-signals");
    await page.getByRole("button", { name: "New grid signal" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Transformer").fill("T-1");
    await form.getByLabel("At most").fill("9");
    await screenshot(page, "grid-signal-form");
    await form.getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("row").filter({ hasText: "T-1" });
    await row.getByText("≤ 9 kW").waitFor();
    await page.getByRole("img", { name: /T-1/ }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "grid-signals");
    await expect.poll(() => charger.read(1).powerW, PATIENCE).toBeLessThanOrEqual(9000);
    expect(charger.read(1).powerW).toBeGreaterThan(0);

    const site = await app.open(`/sites/${place}`);
    await site.getByText("9 kW", { exact: true }).waitFor(PATIENCE);
    await site.getByText(/took 13(\.\d)? A/).waitFor(PATIENCE);

    const place1 = await app.open("/charge-points/GRID-1");
    await place1.getByRole("region", { name: "The next day here" }).getByText("It may draw").waitFor(PATIENCE);
    await expectAccessibleInBothSchemes(place1);
    await screenshot(place1, "charger-next-day");

    await row.getByRole("button", { name: "T-1" }).click();
    const report = page.getByRole("dialog");
    await report.getByRole("row", { name: /GRID-1/ }).waitFor(PATIENCE);
    await report.getByRole("cell", { name: "9 kW", exact: true }).waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "grid-signal-report");
    await page.keyboard.press("Escape");

    await row.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await row.getByText("cancelled").waitFor();
    await expect.poll(() => charger.read(1).powerW, PATIENCE).toBeGreaterThan(20_000);
    await site.getByText("no limit", { exact: true }).waitFor(PATIENCE);
  });

  it("says at its field what is wrong with it", async () => {
    const page = await app.open("/grid-signals");
    await page.getByRole("button", { name: "New grid signal" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("At most").fill("9");
    await form.getByLabel("Unit").fill("horses");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").waitFor();
    expect(await form.getByLabel("Unit").getAttribute("aria-invalid")).toBe("true");
  });
});

describe("a set point of the fleet", () => {
  it("lowers what all cars draw, is reported, and ends when it is taken back", async () => {
    const page = await app.open("/set-points");
    await page.getByRole("button", { name: "New set point" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Power").fill("6");
    await form.getByRole("combobox", { name: "Who takes part" }).click();
    await page.getByRole("option", { name: "all cars" }).click();
    await expectAccessibleInBothSchemes(page);
    await form.getByRole("button", { name: "Ask the fleet" }).click();
    const row = page.getByRole("row").filter({ hasText: "6 kW" });
    await row.getByText("active").waitFor();
    await expect.poll(() => charger.read(1).powerW, PATIENCE).toBeLessThanOrEqual(6000);

    await row.getByRole("button", { name: "6 kW" }).click();
    await page
      .getByRole("dialog")
      .getByRole("row", { name: /GRID-1/ })
      .waitFor(PATIENCE);
    await screenshot(page, "set-point-report");
    await expectAccessibleInBothSchemes(page);
    await page.keyboard.press("Escape");

    await row.getByRole("button", { name: "Take back" }).click();
    await row.getByText("cancelled").waitFor();
    await expect.poll(() => charger.read(1).powerW, PATIENCE).toBeGreaterThan(20_000);
  });

  it("sends an aFRR signal, and shows what the chargers made of it", async () => {
    const page = await app.open("/set-points");
    await page.getByRole("button", { name: "aFRR signal" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("button", { name: "Send" }).click();
    await form.getByText("This is needed").waitFor();
    await form.getByLabel("Signal").fill("-40");
    await form.getByRole("button", { name: "Send" }).click();
    // Its profile has no curve to read the signal by.
    await form.getByRole("row", { name: /GRID-1 rejected/ }).waitFor(PATIENCE);
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "afrr-signal");
  });
});
