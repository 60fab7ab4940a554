// One bill and one debit a session, in every version: whatever is repeated, whatever comes in another order, whoever
// is away meanwhile.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { settle } from "../../src/billing/settle.ts";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { account, addLocation, addTariff, bills, driver } from "../support/worker/money.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, at, SUBPROTOCOLS, sample, start, transactionsOf } from "../support/worker/sessions.ts";

type Version = keyof typeof SUBPROTOCOLS;
type Tell = () => Promise<unknown>;

/** A session's messages after it has begun; each may be told again and again, with the message id that it had or not. */
interface Session {
  begin: Tell;
  reading: Tell;
  stop: Tell;
}

/** 20 kWh within two hours. */
async function session(version: Version, charger: Charger, card: string): Promise<Session> {
  if (version === "1.6") {
    const transactionId = await start(charger, { idTag: card, meterStart: 1000 }, "first-start");
    return {
      begin: () => start(charger, { idTag: card, meterStart: 1000 }, "first-start"),
      reading: () =>
        charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1800, "11000")] }),
      stop: () =>
        charger.call("StopTransaction", { transactionId, meterStop: 21_000, timestamp: at(7200), reason: "Local" }),
    };
  }
  const event = (eventType: string, seqNo: number, second: number, wh: number, triggerReason: string) =>
    charger.call("TransactionEvent", {
      ...{ eventType, seqNo, triggerReason, timestamp: at(second) },
      transactionInfo: { transactionId: `tx-${card}`, ...(eventType === "Ended" ? { stoppedReason: "Local" } : {}) },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: card, type: "ISO14443" },
      meterValue: [sample(second, wh)],
    });
  return {
    begin: () => event("Started", 0, 0, 1000, "Authorized"),
    reading: () => event("Updated", 1, 1800, 11_000, "MeterValuePeriodic"),
    stop: () => event("Ended", 2, 7200, 21_000, "StopAuthorized"),
  };
}

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

/** The tables without which history, or billing, does not work. */
const OUTAGES = [
  ["sessions", ["transactions"]],
  ["bills", ["cdrs"]],
  ["accounts", ["credit_entries"]],
  ["all three", ["transactions", "cdrs", "credit_entries"]],
] as const;

async function without<T>(tables: readonly string[], act: () => Promise<T>): Promise<T> {
  const quiet = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
  for (const spy of quiet) spy.mockImplementation(() => {});
  for (const table of tables) await env.DB.exec(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  try {
    return await act();
  } finally {
    for (const table of tables) await env.DB.exec(`ALTER TABLE ${table}_away RENAME TO ${table}`);
    for (const spy of quiet) spy.mockRestore();
  }
}

describe.each(VERSIONS)("a session of OCPP %s", (version) => {
  const scene = async () => {
    const id = await registerCharger();
    const connect = () => connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
    const { id: userId, card } = await driver();
    await addLocation(id, [await addTariff()]);
    return { charger: await connect(), card, userId };
  };

  /** What stands is one bill of 6.10, and what is owed is as much; @returns all bills and credits. */
  const expectOneBill = async (charger: Charger, userId: string) => {
    const [transaction, ...others] = await transactionsOf(charger);
    expect(others).toEqual([]);
    const all = await bills(transaction.id);
    const taken = new Set(all.map(({ creditReferenceId }: { creditReferenceId?: string }) => creditReferenceId));
    const standing = all.filter(({ id, credit }: { id: string; credit: boolean }) => !credit && !taken.has(id));
    expect(standing).toMatchObject([{ totalEnergy: 20, totalCost: { exclVat: 5.5, inclVat: 6.1 } }]);
    const { items, balances } = await account(userId);
    expect(balances).toEqual([{ currency: "EUR", balance: -6.1 }]);
    expect(items).toHaveLength(all.length);
    return all;
  };

  it.each(OUTAGES)(
    "whose stop is told ten times around an outage of %s has one bill and one debit",
    async (_name, tables) => {
      const { charger, card, userId } = await scene();
      const { begin, reading, stop } = await session(version, charger, card);
      await begin();
      await reading();
      await without(tables, async () => {
        for (let times = 0; times < 4; times += 1) await stop();
        await evictDurableObject(actorOf(charger));
        for (let times = 0; times < 3; times += 1) await stop();
      });
      for (let times = 0; times < 3; times += 1) await stop();
      await evictDurableObject(actorOf(charger));
      const all = await expectOneBill(charger, userId);
      expect(all).toHaveLength(1);
      // However often, and by how many at once, it is billed afterwards.
      await Promise.all(Array.from({ length: 5 }, () => settle(env, all[0].transactionId)));
      expect(await expectOneBill(charger, userId)).toHaveLength(1);
    },
  );

  it.each([
    ["readings after the stop", ["begin", "stop", "reading", "stop"]],
    ["its beginning told again at the end", ["begin", "reading", "stop", "begin", "stop"]],
    ["everything twice", ["begin", "begin", "reading", "reading", "stop", "stop"]],
    ["everything backwards, then forwards", ["stop", "reading", "begin", "reading", "stop"]],
    ["stops all over", ["stop", "begin", "stop", "reading", "stop"]],
  ] as const)("that comes with %s, ten stops in all, has one bill that stands", async (_name, order) => {
    const { charger, card, userId } = await scene();
    const tell = await session(version, charger, card);
    for (const message of order) {
      await tell[message]();
      await evictDurableObject(actorOf(charger));
      // Billed at every step: as it stands then.
      await transactionsOf(charger).then(([one]) => one && settle(env, one.id));
    }
    for (let times = order.filter((one) => one === "stop").length; times < 10; times += 1) await tell.stop();
    await expectOneBill(charger, userId);
  });
});
