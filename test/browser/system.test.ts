// The console's part of the machine room: files, firmware and campaigns, webhooks, the log, and every page of it readable by everybody.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { WebhookReceiver } from "../support/node/webhook-receiver.ts";

let app: ConsoleUnderTest;
const chargers: Charger[] = [];

beforeAll(async () => {
  app = await startConsole({ CHARGER_REGISTRATION: "open", CAMPAIGN_TURN_SECONDS: "0.5" });
  for (const id of ["FLEET-1", "FLEET-2"]) {
    const charger = createCharger({
      id,
      version: "1.6",
      url: app.server.chargerUrl,
      vendor: "Fleet",
      rebootMs: 50,
      installMs: 50,
    });
    chargers.push(charger);
    await charger.connect();
  }
});

afterAll(async () => {
  await Promise.all(chargers.map((charger) => charger.close()));
  await app?.close();
});

describe("files", () => {
  it("are uploaded, listed, downloaded as they were, and deleted", async () => {
    const page = await app.open("/files");
    const bytes = Buffer.from("what a charger would fetch\n".repeat(50_000));
    await page.getByLabel("Upload", { exact: true }).or(page.locator('input[type="file"]')).first().setInputFiles({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: bytes,
    });
    await page.getByRole("cell", { name: "notes.txt", exact: true }).waitFor(PATIENCE);
    await screenshot(page, "files");
    await expectAccessibleInBothSchemes(page);

    await page.getByRole("button", { name: "Actions for notes.txt" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Download" }).click(),
    ]);
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);

    await page.getByRole("button", { name: "Actions for notes.txt" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("cell", { name: "notes.txt", exact: true }).waitFor({ state: "detached" });
  });
});

describe("firmware", () => {
  it("is uploaded, registered, and rolled out by a campaign to its end", async () => {
    const page = await app.open("/firmware");
    await page.getByRole("button", { name: "Register an image" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator('input[type="file"]').setInputFiles({
      name: "fleet-2.0.0.bin",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(`ov2x-edge firmware 2.0.0\n${"x".repeat(100_000)}`),
    });
    await expect.poll(() => dialog.getByRole("combobox", { name: "File" }).inputValue(), PATIENCE).toContain("fleet");
    await dialog.getByLabel("Version").fill("2.0.0");
    await dialog.getByLabel("Vendor").fill("Fleet");
    await dialog.getByRole("button", { name: "Register an image" }).click();
    await page.getByRole("cell", { name: "2.0.0", exact: true }).waitFor();
    await screenshot(page, "firmware");
    await expectAccessibleInBothSchemes(page);

    await page.getByRole("link", { name: "Roll out" }).click();
    await page.getByLabel("Name").fill("To 2.0.0");
    await page.getByLabel("Vendor").fill("Fleet");
    await screenshot(page, "campaign-new");
    await expectAccessibleInBothSchemes(page);
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByRole("heading", { name: "To 2.0.0" }).waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    for (const id of ["FLEET-1", "FLEET-2"]) {
      await page.getByRole("row", { name: id }).getByText("installed").waitFor(PATIENCE);
    }
    await page.getByText("finished", { exact: true }).waitFor(PATIENCE);
    await screenshot(page, "campaign");
    await expectAccessibleInBothSchemes(page);

    await page.goto(`${app.server.url}/jobs`);
    await page.getByRole("row", { name: "FLEET-1" }).getByRole("button").click();
    await page.getByRole("dialog").getByText("verified").waitFor();
    await screenshot(page, "job");
    await expectAccessibleInBothSchemes(page);
  });
});

describe("webhooks", () => {
  it("are made with a secret that is shown once, tested, and show what was delivered and what was refused", async () => {
    const receiver = new WebhookReceiver();
    await receiver.be();
    const page = await app.open("/webhooks");
    await page.getByRole("button", { name: "New webhook" }).click();
    await page.getByLabel("Address").fill(receiver.url);
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => page.getByTestId("secret").textContent()).toMatch(/^whsec_/);
    await screenshot(page, "webhook-secret");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: receiver.url }).click();
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("the receiver answered 204").waitFor();
    expect(receiver.taken.map(({ type }) => type)).toContain("webhook.test");

    await chargers[0]?.close();
    await page.getByRole("cell", { name: "charge-point.disconnected" }).first().waitFor(PATIENCE);
    await screenshot(page, "webhook");
    await expectAccessibleInBothSchemes(page);

    await receiver.be("refuses");
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByRole("alert").filter({ hasText: "answered 503" }).waitFor();
    await receiver.close();
  });
});

describe("the log", () => {
  it("finds a frame by its words among all chargers, and shows it whole", async () => {
    const page = await app.open("/log");
    await page.getByLabel("Action").fill("BootNotification");
    await page
      .getByRole("row", { name: /FLEET-2.*chargePointVendor/ })
      .first()
      .click();
    await expect.poll(() => page.getByRole("dialog").getByLabel("Frame").textContent()).toContain("chargePointVendor");
    await screenshot(page, "log");
    await expectAccessibleInBothSchemes(page);
  });
});

describe("the other pages", () => {
  it.each(["security", "templates", "system", "audit", "campaigns"])("/%s can be read by everybody", async (name) => {
    const page = await app.open(`/${name}`);
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("alert").count()).toBe(0);
    await screenshot(page, name);
    await expectAccessibleInBothSchemes(page);
  });

  it("keeps a template of settings", async () => {
    const page = await app.open("/templates");
    await page.getByRole("button", { name: "New template" }).click();
    await page.getByLabel("Name").fill("Standard");
    await page.getByLabel("Keys of OCPP 1.6").fill("HeartbeatInterval = 300\nnonsense");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("A line is not of the form").waitFor();
    await page.getByLabel("Keys of OCPP 1.6").fill("HeartbeatInterval = 300\nMeterValueSampleInterval=60");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Standard" }).click();
    await expect
      .poll(() => page.getByLabel("Keys of OCPP 1.6").inputValue())
      .toBe("HeartbeatInterval = 300\nMeterValueSampleInterval = 60");
  });
});
