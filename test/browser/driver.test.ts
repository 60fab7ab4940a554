// A driver's day: sees where to charge and for how much, starts with a token of their own, watches the cost, stops.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { restClient } from "../support/node/rest.ts";

const DRIVER = { username: "dimitra", password: "a phrase for driving" };
let app: ConsoleUnderTest;
let charger: Charger;

beforeAll(async () => {
  app = await startConsole({ CHARGER_REGISTRATION: "open", DRIVER_ID_TOKENS: "open" });
  const rest = restClient(app.server.url);
  await rest.post("/api/users", { ...DRIVER, role: "driver" });
  await rest.post("/api/tariffs", {
    id: "T1",
    currency: "EUR",
    elements: [{ priceComponents: [{ type: "ENERGY", price: 0.5, vat: 24, stepSize: 1 }] }],
  });
  charger = createCharger({ id: "CITY-1", version: "1.6", url: app.server.chargerUrl, powerW: 50_000 });
  await charger.connect();
  await rest.post("/api/locations", {
    id: "L1",
    name: "City Hall",
    address: "Square 1",
    city: "Athens",
    country: "GRC",
    coordinates: { latitude: "37.98", longitude: "23.72" },
    timeZone: "Europe/Athens",
    publish: true,
    evses: [
      {
        uid: "E1",
        chargePointId: "CITY-1",
        ocppEvseId: 1,
        connectors: [
          {
            id: "1",
            standard: "IEC_62196_T2",
            format: "SOCKET",
            powerType: "AC_3_PHASE",
            maxVoltage: 230,
            maxAmperage: 32,
            tariffIds: ["T1"],
          },
        ],
      },
    ],
  });
});

afterAll(async () => {
  await charger?.close();
  await app?.close();
});

it("adds a token, starts at a charger of the place, sees the session, stops it, and finds it among their own", async () => {
  const page = await app.open("/my-tokens", DRIVER);
  await page.getByLabel("Note").fill("my phone");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("my phone").waitFor();
  await screenshot(page, "driver-tokens");
  await expectAccessibleInBothSchemes(page);

  await page.getByRole("link", { name: "Charge now" }).click();
  const place = page.getByRole("region", { name: "City Hall" });
  await place.getByText("€0.62 a kWh").waitFor();
  await place.getByText("Available").waitFor();
  await screenshot(page, "driver-places");
  await expectAccessibleInBothSchemes(page);
  charger.plug(1);
  await place.getByRole("button", { name: "Start at CITY-1" }).click();
  const session = page.getByRole("article", { name: "Session at CITY-1" });
  // What costs nothing is no entry of the account.
  await session.getByText(/€(0\.0[1-9]|0\.[1-9]|[1-9])/).waitFor(PATIENCE);
  await screenshot(page, "driver-session");
  await expectAccessibleInBothSchemes(page);

  await session.getByRole("button", { name: "Stop" }).click();
  await session.waitFor({ state: "detached", ...PATIENCE });
  await page.getByRole("link", { name: "My sessions" }).click();
  await page.getByRole("cell", { name: "CITY-1" }).waitFor(PATIENCE);
  await screenshot(page, "driver-sessions");
  await expectAccessibleInBothSchemes(page);
  await page.getByRole("link", { name: "My credit" }).click();
  await page.getByText("Charging").waitFor(PATIENCE);
  await screenshot(page, "driver-credit");
  await expectAccessibleInBothSchemes(page);
});

it("offers a driver nothing of the operators, and does not show it by its address either", async () => {
  const page = await app.open("/", DRIVER);
  expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0);
  await page.goto(`${app.server.url}/users`);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
});
