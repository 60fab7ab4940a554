// A charger's state is taken to another actor: it knows there what it knew here, and history catches up by itself.

import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { newIdentity } from "../support/worker/charger.ts";
import { actorOf, BOOT_16, online, sample, start, transactionsOf } from "../support/worker/sessions.ts";

it("carries open sessions, numbering and what history may lack", async () => {
  const charger = await online();
  await charger.call("BootNotification", BOOT_16);
  const transactionId = await start(charger);
  await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1, 1500)] });
  const dumped = await actorOf(charger).dump(0);
  if (!dumped.ok || dumped.value === null) throw new Error("nothing was dumped");
  const [{ id }] = await transactionsOf(charger);
  const elsewhere = newIdentity();
  // As if its database had been copied before anything happened.
  await env.DB.prepare("DELETE FROM transactions WHERE id = ?").bind(id).run();
  await chargePointOf(env, elsewhere).restore(dumped.value);
  const live = await chargePointOf(env, elsewhere).live();
  expect(live).toMatchObject({ openTransactions: [id], historyBacklog: 0, station: { vendor: "V" } });
  await evictDurableObject(chargePointOf(env, elsewhere));
  expect(await chargePointOf(env, elsewhere).live()).toMatchObject({ openTransactions: [id] });
  // Its numbering goes on: the first thing it notes is that the charger is not connected there.
  const known = (await actorOf(charger).messages(null, 10)).map(({ seq }) => seq);
  const messages = await chargePointOf(env, elsewhere).messages(null, 10);
  expect(messages.map(({ seq }) => seq)).toEqual([(known[0] ?? 0) + 1, ...known]);
  expect(messages[0]).toMatchObject({ direction: "event" });
  expect(await transactionsOf({ id: elsewhere })).toMatchObject([{ id, status: "active", meter_start: 1000 }]);
  expect(await chargePointOf(env, elsewhere).restore(dumped.value)).toMatchObject({ ok: false, error: "not_empty" });
  charger.close();
});
