// What is old: it has left its lists, and is still to be seen.
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";

let app: ConsoleUnderTest;

beforeAll(async () => {
  // A tenth of a second.
  const env = { CHARGER_REGISTRATION: "open", ARCHIVE_AFTER_DAYS: "0.000001" };
  const state = await temporaryState();
  const before = await startServer({ stateDir: state.stateDir, env });
  const charger = createCharger({ id: "OLD-1", version: "1.6", url: before.chargerUrl, vendor: "Old" });
  await charger.connect();
  await charger.close();
  // What was told is in the database once a list was read; the next start archives.
  await restClient(before.url).walk("/api/charge-points/OLD-1/connectors");
  await before.stop();
  app = await startConsole(env, state);
});

afterAll(() => app?.close());

it("is found with its charger, and opened", async () => {
  const page = await app.open("/charge-points/OLD-1?tab=archive");
  const records = page.getByRole("region", { name: "Archive" });
  await records
    .getByText(/"status":"Available"/)
    .first()
    .waitFor(PATIENCE);
  await screenshot(page, "charger-archive");
  await expectAccessibleInBothSchemes(page);
  await records.getByRole("button").first().click();
  await expect.poll(() => page.getByRole("dialog").getByLabel("Statuses").textContent()).toContain("receivedAt");
  await page.keyboard.press("Escape");
  await page.getByText("Security events", { exact: true }).click();
  await page.getByText("Nothing of this kind is old enough").waitFor();
});

it("is a file to be kept", async () => {
  const page = await app.open("/archives");
  await page.getByRole("cell", { name: "Records of chargers" }).first().waitFor(PATIENCE);
  await screenshot(page, "archives");
  await expectAccessibleInBothSchemes(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("row", { name: /Records of chargers/ })
      .first()
      .getByRole("button")
      .click(),
  ]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  const lines = gunzipSync(Buffer.concat(parts)).toString().trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).kind)).toContain("statuses");
});
