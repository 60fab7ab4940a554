// What operators do all day: let a charger in, see it charge, ask things of it, and look into its log.
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
let rest: Rest;
const chargers: Charger[] = [];

beforeAll(async () => {
  app = await startConsole({ CHARGER_REGISTRATION: "closed" });
  rest = restClient(app.server.url);
  await rest.post("/api/id-tokens", { idToken: "TAG1", status: "accepted" });
});
afterAll(async () => {
  for (const charger of chargers) await charger.close();
  await app.close();
});

/** A charger that is registered without a password, and connected. */
async function connected(id: string, version: string): Promise<Charger> {
  await rest.post("/api/charge-points", { id, securityProfile: 0 });
  const charger = createCharger({
    id,
    version,
    url: app.server.chargerUrl,
    connectors: 2,
    meterIntervalS: 1,
    speed: 60,
  });
  chargers.push(charger);
  await charger.connect();
  return charger;
}

/** A charger that nobody knows knocks once. */
async function refused(id: string): Promise<void> {
  const stranger = createCharger({ id, url: app.server.chargerUrl, once: true });
  await expect(stranger.connect()).rejects.toThrow();
  await stranger.close();
}

describe("a charger that was refused", () => {
  it("is shown with the reason, added with a password that is shown once, and let in with it", async () => {
    const page = await app.open("/refused-connections");
    await refused("NEW-1");
    await page.reload();
    const row = page.getByRole("row").filter({ hasText: "NEW-1" });
    await row.getByText("unknown_charge_point").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "refused");
    await row.getByRole("button", { name: "Add this charger" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Add a charger" }).click();
    const shown = page.getByRole("dialog", { name: "Credentials of NEW-1" });
    const password = await shown
      .locator("code")
      .filter({ hasText: /^[0-9a-f]{40}$/ })
      .textContent();
    await screenshot(page, "credentials");
    const known = createCharger({ id: "NEW-1", url: app.server.chargerUrl, password: password ?? "" });
    chargers.push(known);
    await known.connect();
    await page.goto(`${app.server.url}/charge-points?search=new-1`);
    await page.getByRole("row").filter({ hasText: "NEW-1" }).getByText("online").waitFor();
  });
});

describe("a charger's page", () => {
  it("starts a session, shows its curve as it grows, and stops it", async () => {
    const charger = await connected("LIVE-1", "1.6");
    charger.plug(1);
    const page = await app.open("/charge-points/LIVE-1");
    await page.getByRole("region", { name: "Connector 1" }).getByText("Preparing").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByLabel("Id token").fill("TAG1");
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    const session = page.getByRole("region", { name: "Session" });
    await session.getByText("TAG1").waitFor();
    const curve = session.getByRole("img", { name: /Curves? of \d+ readings?/ });
    const readings = async () => Number(/\d+/.exec((await curve.getAttribute("aria-label")) ?? "")?.[0]);
    await curve.waitFor();
    const first = await readings();
    await expect.poll(readings, { timeout: 30_000 }).toBeGreaterThan(first + 2);
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charger-now");
    await page.setViewportSize({ width: 360, height: 760 });
    await screenshot(page, "charger-now-narrow");
    await page.setViewportSize({ width: 1360, height: 850 });
    await session.getByRole("button", { name: "Stop this session" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop this session" }).click();
    await session.waitFor({ state: "detached" });
    expect(charger.transaction(1)).toBeUndefined();
  });

  it("sends any command of its version by a form, marks what the server refuses, and shows the answer", async () => {
    await connected("FORM-1", "2.0.1");
    const page = await app.open("/charge-points/FORM-1?tab=commands");
    await page.getByRole("combobox", { name: "Command of OCPP 2.0.1" }).fill("GetVari");
    await page.getByRole("option", { name: "GetVariables" }).click();
    await page.getByLabel(/^name/i).first().fill("OCPPCommCtrlr");
    await page.getByLabel(/^name/i).last().fill("HeartbeatInterval");
    await screenshot(page, "charger-commands");
    await page.getByRole("button", { name: "Send" }).click();
    const answer = page.getByRole("group", { name: "Answer to GetVariables" });
    await answer.getByText("getVariableResult").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charger-answer");
    await page.getByRole("region", { name: "Sent before" }).getByRole("button", { name: "GetVariables" }).waitFor();
    await page.getByText("JSON", { exact: true }).click();
    await page.getByLabel("Payload").fill('{ "getVariableData": [] }');
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("alert").getByText("/payload/getVariableData").waitFor();
  });

  it("finds a frame in its log, and follows what comes", async () => {
    const charger = await connected("LOG-1", "1.6");
    const page = await app.open("/charge-points/LOG-1?tab=messages");
    const log = page.getByRole("region", { name: "Messages" });
    await log.getByRole("button", { name: "BootNotification" }).waitFor();
    await charger.send("DataTransfer", { vendorId: "org.example", data: "needle-42" });
    await log.getByRole("button", { name: "DataTransfer" }).waitFor();
    await page.getByLabel("Text").fill("needle-42");
    await expect.poll(() => log.getByRole("row").count()).toBe(2);
    await screenshot(page, "charger-messages");
    await log.getByRole("button", { name: "DataTransfer" }).click();
    const opened = page.getByRole("dialog", { name: "DataTransfer" });
    await opened.getByText('"vendorId": "org.example"').waitFor();
    await opened.getByText("As on the wire").click();
    await opened.getByText('"vendorId":"org.example"').first().waitFor();
    await expectAccessibleInBothSchemes(page);
  });

  it("shows that it is offline once it is unplugged, on its page and in the list", async () => {
    const charger = await connected("GONE-1", "2.0.1");
    const [page, list] = [await app.open("/charge-points/GONE-1"), await app.open("/charge-points")];
    const row = list.getByRole("row").filter({ hasText: "GONE-1" });
    await page.locator("#main").getByText("online").waitFor();
    await row.getByText("online").waitFor();
    await charger.close();
    await page.locator("#main").getByText("offline").first().waitFor();
    await row.getByText("offline").waitFor();
    await expectAccessibleInBothSchemes(list);
    await screenshot(list, "charge-points");
  });

  it("shows the device model of a charger of OCPP 2.x once it was read", async () => {
    const page = await app.open("/charge-points/FORM-1");
    await page.getByRole("tab", { name: "Device model" }).click();
    await page.getByText("HeartbeatInterval").first().waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charger-device-model");
  });

  it("is asked to move to another security profile, and what it says to that is shown", async () => {
    const page = await app.open("/charge-points/LOG-1?tab=security");
    await page.getByRole("button", { name: "Move to another profile" }).click();
    const form = page.getByRole("dialog");
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "charger-profile-move");
    await form.getByRole("combobox", { name: "Security profile" }).click();
    await page.getByRole("option", { name: "3 · client certificate" }).click();
    await form.getByRole("button", { name: "Move to another profile" }).click();
    await form.waitFor({ state: "hidden" });
    const { items } = await rest.get("/api/charge-points/LOG-1/commands?limit=1");
    expect(items).toMatchObject([{ action: "ChangeConfiguration", payload: { key: "SecurityProfile", value: "3" } }]);
    // What the charger makes of it is said, too.
    await page.getByText(`Answered: ${items[0].response.status}`).waitFor();
  });

  it("is found by whatever identity it has", async () => {
    const id = "DE*A:1+2 &ä@;";
    await rest.post("/api/charge-points", { id });
    const page = await app.open("/charge-points");
    await page.getByRole("link", { name: id }).click();
    await page.getByRole("heading", { name: id }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: id }).waitFor();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText(/Spread heartbeats/).waitFor();
  });

  it.each([
    ["Configuration", /told no keys yet/],
    ["Findings", /Nothing to find fault with/],
    ["Security", /It told of none. The command/],
    ["Files and jobs", /No jobs yet/],
    ["Settings", /Spread heartbeats/],
  ])("can be used by everybody in its part %s", async (part, text) => {
    const page = await app.open("/charge-points/LOG-1");
    await page.getByRole("tab", { name: part }).click();
    await page.getByText(text).first().waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, `charger-${part.toLowerCase().replaceAll(" ", "-")}`);
  });
});

describe("the overview and the map", () => {
  it("tell how many are connected and what is wrong, with the way to it", async () => {
    await refused("NEW-2");
    const page = await app.open("/");
    await page.getByText("Connected chargers").waitFor();
    const trouble = page.getByRole("region", { name: "Recent trouble" });
    await trouble
      .getByText(/unknown_charge_point/)
      .first()
      .waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "overview");
    await trouble.getByRole("link", { name: "NEW-2" }).click();
    await page.getByRole("row").filter({ hasText: "NEW-2" }).waitFor();
  });

  it("show a location and how its charger is, on the map and beside it", async () => {
    await rest.post("/api/locations", {
      address: "Patision 42",
      city: "Athens",
      country: "GRC",
      coordinates: { latitude: "37.987", longitude: "23.731" },
      timeZone: "Europe/Athens",
      evses: [
        {
          chargePointId: "FORM-1",
          ocppEvseId: 1,
          connectors: [
            {
              id: "1",
              standard: "IEC_62196_T2",
              format: "SOCKET",
              powerType: "AC_3_PHASE",
              maxVoltage: 230,
              maxAmperage: 32,
            },
          ],
        },
      ],
    });
    const page = await app.open("/map");
    const place = page.getByRole("listitem").filter({ hasText: "Patision 42" });
    await place.getByText("Available").waitFor();
    await page.locator("path.leaflet-interactive").waitFor();
    await expectAccessibleInBothSchemes(page);
    await screenshot(page, "map");
    await place.getByRole("link", { name: "FORM-1" }).click();
    await page.getByRole("heading", { name: "FORM-1" }).waitFor();
  });
});
