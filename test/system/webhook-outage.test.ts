// A receiver of events is away, refuses, hangs, hangs up and lies, and the server dies meanwhile: once both are back, it
// gets every event, each once, in order per charger. WEBHOOK_OUTAGE_SECONDS=600 for a long outage.
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import { restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";
import { FAILURES, WebhookReceiver } from "../support/node/webhook-receiver.ts";

const OUTAGE_S = Number(process.env.WEBHOOK_OUTAGE_SECONDS ?? "12");
/** It is looked for again within 5 minutes, spread by a fifth. */
const FOUND_AGAIN_MS = 400_000;
const CHARGERS = 4;
const STATUSES = ["Available", "Preparing", "Charging", "Finishing"];

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

test("a receiver that was away gets every event, each once, in the order of its charger", async () => {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  const env = { CHARGER_REGISTRATION: "open" };
  let server = await startServer({ stateDir, env });
  cleanUp.push(() => server.kill());
  const port = Number(new URL(server.url).port);
  // The one that is always well tells what there was to be told.
  const [steady, failing] = [new WebhookReceiver(), new WebhookReceiver()];
  for (const receiver of [steady, failing]) {
    await receiver.be();
    cleanUp.push(() => receiver.close());
    await restClient(server.url).post("/api/webhooks", { url: receiver.url });
  }
  const chargers = Array.from({ length: CHARGERS }, (_, index) => {
    const charger = createCharger({ id: `HOOK-${index}`, url: server.chargerUrl, callTimeoutMs: 60_000 });
    cleanUp.push(() => charger.close());
    return charger;
  });
  await Promise.all(chargers.map((charger) => charger.connect()));

  const begin = Date.now();
  let isKilled = false;
  let changes = 0;
  for (let turn = 0; Date.now() - begin < OUTAGE_S * 1000; turn += 1) {
    await failing.be(FAILURES[turn % FAILURES.length]);
    for (let step = 0; step < STATUSES.length; step += 1) {
      await Promise.all(chargers.map((charger) => change(charger, STATUSES[step] ?? "")));
      changes += CHARGERS;
      await setTimeout(250);
    }
    if (!isKilled && Date.now() - begin > (OUTAGE_S * 1000) / 2) {
      isKilled = true;
      await server.kill();
      server = await startServer({ stateDir, port, env });
      await expect.poll(() => chargers.every(({ online }) => online), { timeout: 60_000 }).toBe(true);
    }
  }
  await expect.poll(() => statusesAt(steady), { timeout: 60_000 }).toBeGreaterThanOrEqual(changes);
  expect(statusesAt(failing)).toBeLessThan(changes);
  await failing.be();
  const back = Date.now();
  await expect
    .poll(() => steady.taken.every(({ id }) => failing.taken.some((one) => one.id === id)), {
      ...{ timeout: FOUND_AGAIN_MS, interval: 500 },
    })
    .toBe(true);
  const seconds = (Date.now() - back) / 1000;
  console.log(`webhooks: ${OUTAGE_S} s away, ${failing.taken.length} events, ${seconds.toFixed(0)} s to the last one`);

  for (const receiver of [steady, failing]) {
    const ids = receiver.taken.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size);
  }
  for (const { id } of chargers) {
    // A last one may be on its way to either of them.
    const [there, here] = [of(steady, id), of(failing, id)];
    const both = Math.min(there.length, here.length);
    expect(both).toBeGreaterThanOrEqual(changes / CHARGERS);
    expect(here.slice(0, both)).toEqual(there.slice(0, both));
  }
}, 1_500_000);

const statusesAt = ({ taken }: WebhookReceiver): number =>
  taken.filter(({ type }) => type === "connector.status").length;

const of = ({ taken }: WebhookReceiver, chargePoint: string): string[] =>
  taken.flatMap(({ id, chargePointId }) => (chargePointId === chargePoint ? id : []));

function change(charger: Charger, status: string): Promise<unknown> {
  const timestamp = new Date().toISOString();
  return charger.send("StatusNotification", { connectorId: 1, status, errorCode: "NoError", timestamp });
}
