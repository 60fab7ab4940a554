// What a running session costs, told to its charger for the driver to see.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { Charger } from "../support/worker/charger.ts";
import { addLocation, addTariff, driver } from "../support/worker/money.ts";
import { actorOf, at, BOOT_2X, history, online, SUBPROTOCOLS, sample } from "../support/worker/sessions.ts";

const INTERVAL = env.RUNNING_COST_SECONDS;
afterEach(() => {
  env.RUNNING_COST_SECONDS = INTERVAL;
});

/** As if the interval had passed each time. */
const always = (): void => {
  env.RUNNING_COST_SECONDS = "0.001";
};

async function charging(version: "2.0.1" | "2.1", tariffIds: string[] | undefined, first = async (_: Charger) => {}) {
  const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
  await charger.call("BootNotification", BOOT_2X);
  await first(charger);
  const { card } = await driver();
  if (tariffIds !== undefined) await addLocation(charger.id, tariffIds);
  const transactionId = `tx-${card}`;
  let seqNo = 0;
  const event = (eventType: string, triggerReason: string, second: number, wh: number) =>
    charger.call("TransactionEvent", {
      ...{ eventType, triggerReason, seqNo: seqNo++, timestamp: at(second) },
      transactionInfo: { transactionId },
      evse: { id: 1, connectorId: 1 },
      ...(eventType === "Started" ? { idToken: { idToken: card, type: "ISO14443" } } : {}),
      meterValue: [sample(second, wh)],
    });
  await event("Started", "Authorized", 0, 1000);
  return {
    charger,
    transactionId,
    event,
    reading: (s: number, wh: number) => event("Updated", "MeterValuePeriodic", s, wh),
  };
}

async function costTold(charger: Charger, answer: unknown[] = [3, "", {}]) {
  const [type, id, action, payload] = await charger.next();
  expect([type, action]).toEqual([2, "CostUpdated"]);
  charger.send(answer.with(1, id));
  return payload;
}

/** What it was told, once all that was begun is done. */
async function toldIn(charger: Charger): Promise<string[]> {
  await actorOf(charger).flush();
  return charger.received.flatMap((frame) => {
    const [type, , action] = JSON.parse(frame);
    return type === 2 ? [action] : [];
  });
}

describe.each(["2.0.1", "2.1"] as const)("a charger of OCPP %s", (version) => {
  it("is told what its session costs so far, with each reading that costs more", async () => {
    always();
    const { charger, transactionId, reading } = await charging(version, [await addTariff()]);
    expect(await costTold(charger)).toEqual({ transactionId, totalCost: 0.6 });
    await reading(1800, 11_000);
    expect(await costTold(charger)).toEqual({ transactionId, totalCost: 3.35 });
    await reading(1860, 11_000);
    await reading(1920, 12_000);
    expect(await costTold(charger)).toEqual({ transactionId, totalCost: 3.63 });
    // Three a session are nothing, one a minute is too much for D1: there is none.
    expect(await history(charger, "commands", "created_at")).toEqual([]);
    expect(await history(charger, "transaction_details", "detail")).toEqual([]);
  });

  it("is told it once in the interval, also if its actor sleeps between readings", async () => {
    const { charger, transactionId, reading } = await charging(version, [await addTariff()]);
    expect(await costTold(charger)).toEqual({ transactionId, totalCost: 0.6 });
    for (let turn = 1; turn < 4; turn += 1) {
      await reading(turn * 600, 1000 + turn * 1000);
      await evictDurableObject(actorOf(charger));
    }
    expect(await toldIn(charger)).toEqual(["CostUpdated"]);
  });

  it("is told nothing where nothing is charged, or where the deployment says so", async () => {
    always();
    for (const tariffIds of [undefined, []]) {
      const { charger, reading } = await charging(version, tariffIds);
      await reading(1800, 11_000);
      expect(await toldIn(charger)).toEqual([]);
    }
    env.RUNNING_COST_SECONDS = "0";
    const { charger, reading } = await charging(version, [await addTariff()]);
    await reading(1800, 11_000);
    expect(await toldIn(charger)).toEqual([]);
  });

  it("is told nothing if it said that it shows none", async () => {
    const { charger, reading } = await charging(version, [await addTariff()], async (charger) => {
      const variable = { name: "Enabled", instance: "Cost" };
      const told = { component: { name: "TariffCostCtrlr" }, variable, variableAttribute: [{ value: "false" }] };
      await charger.call("NotifyReport", { requestId: 1, generatedAt: at(0), seqNo: 0, reportData: [told] });
    });
    await reading(1800, 11_000);
    expect(await toldIn(charger)).toEqual([]);
  });

  it("that does not know the message is not asked again", async () => {
    always();
    const { charger, reading, event } = await charging(version, [await addTariff()]);
    await costTold(charger, [4, "", "NotImplemented", "", {}]);
    await reading(1800, 11_000);
    await evictDurableObject(actorOf(charger));
    await reading(3600, 12_000);
    const [, , answer] = await event("Ended", "StopAuthorized", 7200, 21_000);
    expect(answer).toMatchObject({ totalCost: 6.1 });
    expect(await toldIn(charger)).toEqual(["CostUpdated"]);
  });
});
