// npm run bench:console: the console's list of chargers while a thousand of them change, in a real browser. What is told
// is a share of the same page's frames at rest in the same run, because a busy machine drops frames for reasons of its own.
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { type Charger, createCharger } from "../scripts/charger/create.ts";
import { startApp } from "../test/support/browser/app.ts";
import { restClient } from "../test/support/node/rest.ts";
import { measure, prepare } from "./console/frames.ts";
import { scrollToTheEnd } from "./console/long-list.ts";
import { openEach } from "./console/pages.ts";

const { values } = parseArgs({
  options: {
    chargers: { type: "string", default: "1000" },
    /** Status changes a second, of the whole fleet. */
    rate: { type: "string", default: "100" },
    /** Of each of the two measurements. */
    seconds: { type: "string", default: "15" },
    /** Of the list that is scrolled to its end. */
    rows: { type: "string", default: "100000" },
  },
});
const [count, rate, seconds] = [Number(values.chargers), Number(values.rate), Number(values.seconds)];
/** Connecting more at once only makes them wait in line. */
const DIALS_AT_ONCE = 25;
const STATUSES = ["Available", "Preparing", "Charging", "Faulted"];

const app = await startApp({ CHARGER_REGISTRATION: "open", ARCHIVE_AFTER_DAYS: "0" });
const fleet: Charger[] = [];
try {
  const options = { url: app.server.chargerUrl, logLines: 0, meterIntervalS: 0 };
  for (let index = 0; index < count; index++) {
    fleet.push(createCharger({ ...options, id: `FLEET-${String(index).padStart(4, "0")}` }));
  }
  for (let from = 0; from < count; from += DIALS_AT_ONCE) {
    await Promise.all(fleet.slice(from, from + DIALS_AT_ONCE).map((charger) => charger.connect()));
  }
  const page = await app.open("/charge-points");
  await page.getByRole("link", { name: "FLEET-0000" }).waitFor();
  await prepare(page);
  const rest = await measure(page, seconds * 1000);
  const isOver = new AbortController();
  const storm = churn(isOver.signal);
  const busy = await measure(page, seconds * 1000);
  isOver.abort();
  const changes = await storm;
  await settled();
  const offlineMs = await unplugged(page);
  const slowestPages = (await openEach(page, app.server.url)).slice(0, 3);
  await page.close();
  const longList = await scrollToTheEnd(app, Number(values.rows));
  const keptFrames = busy.frames / rest.frames;
  const figures = { chargers: count, changes, seconds, rest, busy, keptFrames, offlineMs, slowestPages, longList };
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await Promise.all(fleet.map((charger) => charger.close()));
  await app.close();
}

/** @returns how many changes were told and answered */
async function churn(over: AbortSignal): Promise<number> {
  const answers: Promise<unknown>[] = [];
  for (let turn = 0; !over.aborted; turn++) {
    const status = STATUSES[Math.floor(turn / count) % STATUSES.length] ?? "Available";
    const errorCode = status === "Faulted" ? "GroundFailure" : "NoError";
    const charger = fleet[turn % count];
    if (charger !== undefined)
      answers.push(
        charger.send("StatusNotification", { connectorId: 1, status, errorCode, timestamp: new Date().toISOString() }),
      );
    await setTimeout(1000 / rate);
  }
  await Promise.all(answers);
  return answers.length;
}

/** Everything that was told is in the list: a page that is quick because it shows nothing would be no news. */
async function settled(): Promise<void> {
  const rest = restClient(app.server.url);
  const page = await rest.get("/api/charge-points?limit=25");
  const shown = app.browser.contexts()[0]?.pages()[0];
  for (const { id, status } of page.items) {
    await shown?.getByRole("row").filter({ hasText: id }).getByText(status, { exact: true }).waitFor();
  }
}

/** @returns milliseconds from pulling a charger's plug until its row says so */
async function unplugged(page: Page): Promise<number> {
  const row = page.getByRole("row").filter({ hasText: "FLEET-0000" });
  await row.getByText("online").waitFor();
  const begin = performance.now();
  await fleet[0]?.close();
  await row.getByText("offline").waitFor();
  return Math.round(performance.now() - begin);
}
