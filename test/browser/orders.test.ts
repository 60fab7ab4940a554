// What an operator orders of one charger besides charging: its settings, its secrets, its files, and what is said where
// nobody knows whether it obeyed.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import { type ConsoleUnderTest, PATIENCE, screenshot, startConsole } from "../support/browser/console.ts";
import { addImage } from "../support/node/files.ts";
import { type Rest, restClient } from "../support/node/rest.ts";

let app: ConsoleUnderTest;
let rest: Rest;
const chargers: Charger[] = [];

beforeAll(async () => {
  // Or a charger that was taken out would be registered anew when it dials again.
  app = await startConsole({ CHARGER_REGISTRATION: "closed" });
  rest = restClient(app.server.url);
});

afterAll(async () => {
  await Promise.all(chargers.map((charger) => charger.close()));
  await app?.close();
});

/** A charger that is registered with a password, and connected. */
async function connected(id: string, version: string): Promise<Charger> {
  const { password } = await rest.post("/api/charge-points", { id });
  const options = { rebootMs: 50, installMs: 50, vendor: "Orders" };
  const charger = createCharger({ id, version, password, url: app.server.chargerUrl, ...options });
  chargers.push(charger);
  await charger.connect();
  return charger;
}

it("reads the configuration of a charger of OCPP 1.6, and changes a key of it", async () => {
  await connected("KEYS-1", "1.6");
  const page = await app.open("/charge-points/KEYS-1?tab=configuration");
  await page.getByRole("button", { name: "Read from the charger" }).click();
  const row = page.getByRole("row").filter({ hasText: "HeartbeatInterval" });
  await row.getByRole("button").click();
  await page.getByRole("dialog").getByLabel("Value").fill("123");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await row.getByRole("cell", { name: "123", exact: true }).waitFor(PATIENCE);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const { items } = await rest.get("/api/charge-points/KEYS-1/configuration");
  expect(items).toContainEqual(expect.objectContaining({ key: "HeartbeatInterval", value: "123" }));
  await screenshot(page, "charger-configuration-read");
});

it("sets a variable of a charger of OCPP 2.0.1, and says what it answered", async () => {
  await connected("MODEL-1", "2.0.1");
  const page = await app.open("/charge-points/MODEL-1?tab=variables");
  await page.getByRole("button", { name: "Read from the charger" }).click();
  const row = page.getByRole("row").filter({ hasText: "HeartbeatInterval" });
  await page.getByLabel("Name of the variable").fill("HeartbeatInterval");
  await row.getByRole("button").click();
  await page.getByRole("dialog").getByLabel("Value").fill("234");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("written", { exact: true }).waitFor(PATIENCE);
  await row.getByRole("cell", { name: "234", exact: true }).waitFor(PATIENCE);
});

it("sends a charger a new password, with which it comes back", async () => {
  const charger = await connected("SECRET-1", "1.6");
  const page = await app.open("/charge-points/SECRET-1?tab=security");
  await page.getByRole("button", { name: "Send it a new password" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send it a new password" }).click();
  const shown = page.getByRole("dialog", { name: "Credentials of SECRET-1" });
  const password = await shown
    .locator("code")
    .filter({ hasText: /^[0-9a-f]{40}$/ })
    .textContent();
  await charger.close();
  const again = createCharger({ id: "SECRET-1", url: app.server.chargerUrl, password: password ?? "" });
  chargers.push(again);
  await again.connect();
  await page.locator("#main").getByText("online").waitFor(PATIENCE);
});

it("keeps what is decided about a charger, and takes it out of the register", async () => {
  await connected("GOES-1", "1.6");
  const page = await app.open("/charge-points/GOES-1?tab=settings");
  await page.getByLabel("Note").fill("behind the barrier");
  await page.getByLabel("Heartbeat, seconds").fill("77");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor(PATIENCE);
  await page.reload();
  await expect.poll(() => page.getByLabel("Note").inputValue(), PATIENCE).toBe("behind the barrier");
  expect(await rest.get("/api/charge-points/GOES-1")).toMatchObject({ heartbeatInterval: 77 });

  await page.getByRole("button", { name: "Remove GOES-1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/charge-points$/, PATIENCE);
  expect(await page.getByRole("row").filter({ hasText: "GOES-1" }).count()).toBe(0);
  expect((await rest.call("GET", "/api/charge-points/GOES-1")).status).toBe(404);
});

it("gets a log, which is a file then, and has an image installed", async () => {
  await connected("FILES-1", "2.0.1");
  await addImage(app.server.url, rest, "9.9.9", "Orders");
  const page = await app.open("/charge-points/FILES-1?tab=jobs");
  await page.getByRole("button", { name: "Get a log" }).click();
  await page.getByRole("menuitem", { name: "Diagnostics" }).click();
  const jobs = page.getByRole("region", { name: "Jobs" });
  const log = jobs.getByRole("row").filter({ hasText: "Log" });
  await log.getByText("finished").waitFor(PATIENCE);
  const [download] = await Promise.all([page.waitForEvent("download"), log.getByRole("button").click()]);
  expect(await download.failure()).toBeNull();

  await page.getByRole("button", { name: "Update firmware" }).click();
  const order = page.getByRole("dialog");
  await order.getByLabel("Image").click();
  await page.getByRole("option", { name: /9\.9\.9/ }).click();
  await order.getByRole("button", { name: "Update firmware" }).click();
  await jobs.getByRole("row").filter({ hasText: "Firmware update" }).getByText("finished").waitFor(PATIENCE);
  await screenshot(page, "charger-jobs-done");
});

it("says that nobody knows, where a charger left before it answered", async () => {
  await rest.post("/api/charge-points", { id: "MUTE-1", securityProfile: 0 });
  const socket = new WebSocket(`${app.server.chargerUrl}/MUTE-1`, ["ocpp1.6"]);
  const boot = [2, "b", "BootNotification", { chargePointVendor: "V", chargePointModel: "M" }];
  socket.addEventListener("open", () => socket.send(JSON.stringify(boot)));
  socket.addEventListener("message", ({ data }) => String(data).includes("ClearCache") && socket.close());
  const page = await app.open("/charge-points/MUTE-1?tab=commands");
  await page.locator("#main").getByText("online").waitFor(PATIENCE);
  await page.getByRole("combobox", { name: "Command of OCPP 1.6" }).fill("ClearCache");
  await page.getByRole("option", { name: "ClearCache" }).click();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").filter({ hasText: "Nobody knows" }).waitFor(PATIENCE);
  await screenshot(page, "command-unknown");
});
