// A list that somebody has scrolled far down: all of it can be reached, and it does not ask again for all that it has.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCharger } from "../../scripts/charger/create.ts";
import {
  type ConsoleUnderTest,
  expectAccessibleInBothSchemes,
  PATIENCE,
  screenshot,
  startConsole,
} from "../support/browser/console.ts";
import { addOldSessions } from "../support/node/old-sessions.ts";
import { restClient } from "../support/node/rest.ts";

let app: ConsoleUnderTest;
const COUNT = 1_250;

beforeAll(async () => {
  app = await startConsole({ CHARGER_REGISTRATION: "open", ARCHIVE_AFTER_DAYS: "0" });
  const rest = restClient(app.server.url);
  await rest.post("/api/id-tokens", { idToken: "CARD" });
  await addOldSessions(rest, COUNT);
});

afterAll(() => app?.close());

/** Goes on scrolling until the last of all rows is drawn. */
async function toTheEnd(page: Page): Promise<void> {
  const frame = page.getByRole("region", { name: "Sessions" });
  await expect
    .poll(
      async () => {
        await frame.press("End");
        // The rows that came last may have come after the key: the end is where the last row is drawn.
        return page.locator(`[aria-rowindex="${COUNT + 1}"]`).count();
      },
      { ...PATIENCE, interval: 20 },
    )
    .toBe(1);
  expect(await frame.getByRole("table").getAttribute("aria-rowcount")).toBe(String(COUNT + 1));
}

it("has all its rows, says that it is not kept up to date, and begins anew when it is told to", async () => {
  const page = await app.open("/sessions");
  await page.getByRole("row").nth(5).waitFor(PATIENCE);
  await toTheEnd(page);
  await page.locator(`[aria-rowindex="${COUNT + 1}"]`).waitFor(PATIENCE);
  const rests = page.getByRole("status").filter({ hasText: "not kept up to date" });
  await rests.waitFor();
  await screenshot(page, "long-list");
  await expectAccessibleInBothSchemes(page);

  const charger = createCharger({ id: "NEW-1", version: "1.6", url: app.server.chargerUrl, vendor: "New" });
  await charger.connect();
  charger.plug(1);
  await charger.start(1, "CARD");
  await charger.close();
  await rests.getByRole("button", { name: "From the beginning" }).click();
  await page.getByRole("row", { name: /NEW-1/ }).waitFor(PATIENCE);
  expect(await rests.count()).toBe(0);
});
