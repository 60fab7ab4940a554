// Backup and restore, tried: a deployment is exported while chargers charge, and imported into an empty one. The same
// lists are there, the chargers come back to it and go on, and what they end is what they had begun.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { deploymentAt } from "../../scripts/state/client.ts";
import { exportState } from "../../scripts/state/export.ts";
import { importState } from "../../scripts/state/import.ts";
import { connectForeignCharger, type Protocol } from "../support/node/foreign-charger.ts";
import { restClient } from "../support/node/rest.ts";
import { ADMIN_PASSWORD, type Server, startServer, temporaryState } from "../support/node/server.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const LISTS = [
  ...["charge-points", "transactions", "id-tokens", "files", "commands", "users", "locations", "tariffs"],
  ...["charge-points/BACKUP-16/messages", "charge-points/BACKUP-16/connectors", "webhooks", "audit-log"],
];
/** What the chargers' coming and going changes. */
const moving = new Set(["connected", "lastSeenAt", "historySeq", "updatedAt", "stale"]);
const still = (items: object[]) =>
  items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => !moving.has(name))));

const charger = (server: Server, identity: string, protocol: Protocol) =>
  connectForeignCharger({ endpoint: server.chargerUrl, identity, protocols: [protocol] });

test("an exported deployment goes on elsewhere, with its lists, its files and its open sessions", async () => {
  const [from, to] = [await temporaryState(), await temporaryState()];
  cleanUp.push(from.remove, to.remove);
  const folder = await mkdtemp(join(tmpdir(), "ov2x-edge-export-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const env = { CHARGER_REGISTRATION: "open" };
  const old = await startServer({ stateDir: from.stateDir, env });
  cleanUp.push(() => old.kill());
  const rest = restClient(old.url);
  await rest.post("/api/id-tokens", { idToken: "T1", status: "accepted" });
  await rest.post("/api/webhooks", { url: "http://127.0.0.1:9/", active: false });
  const now = () => new Date().toISOString();
  const reading = (wh: number) => [{ timestamp: now(), sampledValue: [{ value: String(wh) }] }];

  const one = await charger(old, "BACKUP-16", "ocpp1.6");
  cleanUp.push(() => one.close());
  await one.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const status = { connectorId: 1, status: "Charging", errorCode: "NoError", timestamp: now() };
  await one.call("StatusNotification", status);
  const begin = { connectorId: 1, idTag: "T1", meterStart: 1000, timestamp: now() };
  const { transactionId } = await one.call("StartTransaction", begin);
  await one.call("MeterValues", { connectorId: 1, transactionId, meterValue: reading(1500) });
  const two = await charger(old, "BACKUP-201", "ocpp2.0.1");
  cleanUp.push(() => two.close());
  await two.call("BootNotification", { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } });
  const event = (eventType: string, seqNo: number) => ({
    ...{ eventType, seqNo, timestamp: now(), triggerReason: "Authorized", transactionInfo: { transactionId: "X1" } },
    ...{ idToken: { idToken: "T1", type: "Central" }, evse: { id: 1, connectorId: 1 } },
  });
  await two.call("TransactionEvent", event("Started", 0));
  const form = new FormData();
  form.append("file", new Blob(["firmware of the tests"]), "image.bin");
  const source = await deploymentAt(old.url, { ADMIN_PASSWORD });
  const uploaded = await source.fetch("/api/files?kind=firmware", { method: "POST", body: form });
  const file: { id: string } = JSON.parse(await uploaded.text());

  const before = await Promise.all(LISTS.map((list) => rest.walk(`/api/${list}`)));
  await exportState(source, folder);
  await old.stop();

  // The secrets are no part of an export: without the same ones, what is sealed stays sealed for ever.
  await cp(join(from.stateDir, "secrets.json"), join(to.stateDir, "secrets.json"));
  const fresh = await startServer({ stateDir: to.stateDir, env });
  cleanUp.push(() => fresh.kill());
  const target = await deploymentAt(fresh.url, { ADMIN_PASSWORD });
  const done = await importState(target, folder);
  expect(done).toMatchObject({ chargers: 2, objects: 1 });
  await expect(importState(target, folder)).rejects.toThrow("already");

  const again = restClient(fresh.url);
  for (const [index, list] of LISTS.entries()) {
    const after = await again.walk(`/api/${list}`);
    const known = new Set(still(before[index] ?? []).map((item) => JSON.stringify(item)));
    const found = still(after).map((item) => JSON.stringify(item));
    // Signing in and restoring are themselves recorded; nothing that was there may be missing.
    expect([list, [...known].filter((item) => !found.includes(item))]).toEqual([list, []]);
    if (!["audit-log", "charge-points/BACKUP-16/messages"].includes(list))
      expect([list, found.length]).toEqual([list, known.size]);
  }
  expect(await (await target.fetch(`/api/files/${file.id}/content`)).text()).toBe("firmware of the tests");
  const [{ id }] = await again.walk("/api/transactions?chargePointId=BACKUP-16");
  expect(await again.walk(`/api/transactions/${id}/meter-values`)).toHaveLength(1);

  const back = await charger(fresh, "BACKUP-16", "ocpp1.6");
  cleanUp.push(() => back.close());
  await back.call("MeterValues", { connectorId: 1, transactionId, meterValue: reading(1700) });
  await back.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: now() });
  const next = await back.call("StartTransaction", { ...begin, meterStart: 2000, timestamp: now() });
  expect(next.transactionId).not.toBe(transactionId);
  const also = await charger(fresh, "BACKUP-201", "ocpp2.0.1");
  cleanUp.push(() => also.close());
  await also.call("TransactionEvent", event("Ended", 1));

  expect(await again.walk("/api/transactions?chargePointId=BACKUP-16")).toMatchObject([
    { status: "active", meterStart: 2000 },
    { id, status: "completed", meterStart: 1000, meterStop: 2000 },
  ]);
  expect(await again.walk(`/api/transactions/${id}/meter-values`)).toHaveLength(2);
  expect(await again.walk("/api/transactions?chargePointId=BACKUP-201")).toMatchObject([{ status: "completed" }]);
  expect([back.violations, also.violations]).toEqual([[], []]);
});
