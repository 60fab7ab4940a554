// The judge of the crash tests, judged: it finds what is wrong with a history that is made up here.
import { describe, expect, test } from "vitest";
import { judge } from "../support/node/judge.ts";
import { type Entry, LedgerCharger } from "../support/node/ledger-charger.ts";
import { seeded } from "../support/node/random.ts";
import type { Rest } from "../support/node/rest.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const reading = (second: number, value: number) => ({
  timestamp: at(second),
  sampledValue: [{ value: String(value) }],
});

const transactionId = 7;
const status = { connectorId: 1, status: "Charging", timestamp: at(1), info: "first" };
const nextStatus = { ...status, timestamp: at(9), info: "second" };
const start = { connectorId: 1, idTag: "T", meterStart: 100, timestamp: at(2) };
const meter = { connectorId: 1, transactionId, meterValue: [reading(3, 101)] };
const stop = { transactionId, meterStop: 103, timestamp: at(5), reason: "Local", transactionData: [reading(4, 102)] };

function books({ answered = true } = {}): Entry[] {
  const entry = (action: string, payload: Entry["payload"], answer: Entry["payload"] = {}): Entry => ({
    ...{ id: `${action}-${JSON.stringify(payload)}`, action, payload, sent: 1 },
    ...(answered ? { answer } : {}),
  });
  return [
    entry("StatusNotification", status),
    entry("StartTransaction", start, { transactionId }),
    entry("MeterValues", meter),
    entry("StopTransaction", stop),
    entry("StatusNotification", nextStatus),
  ];
}

const transaction = {
  ...{ id: "uuid", connectorId: 1, idToken: "T", ocppTransactionId: transactionId, meterStart: 100, startedAt: at(2) },
  ...{ meterStop: 103, stoppedAt: at(5), stopReason: "Local" },
};
const sample = (second: number, value: number) => ({ sampledAt: at(second), sampledValue: [{ value }] });
const shown = ({ timestamp, ...rest }: typeof status) => ({ ...rest, statusAt: timestamp });
const whole = {
  transactions: [transaction],
  values: [sample(3, 101), sample(4, 102)],
  // Newest first.
  statuses: [shown(nextStatus), shown(status)],
};

async function verdict(history: { [K in keyof typeof whole]: object[] }, entries = books()) {
  const charger = new LedgerCharger({ url: () => "", id: "CP", random: seeded(1), bootsOnReconnect: false });
  charger.entries.push(...entries);
  const walk = async (path: string) => {
    if (path.endsWith("/meter-values")) return history.values;
    if (path.endsWith("/1/1/statuses")) return history.statuses;
    return path.startsWith("/api/transactions") ? history.transactions : [];
  };
  const { figures: _, ...faults } = await judge({ walk } as unknown as Rest, [charger]);
  return Object.entries(faults).flatMap(([fault, found]) => found.map(() => fault));
}

describe("the judge", () => {
  test("accepts a history that has everything once", async () => {
    expect(await verdict(whole)).toEqual([]);
  });

  test("misses what was answered and is not there", async () => {
    expect(await verdict({ ...whole, statuses: [shown(status)] })).toEqual(["lost"]);
    expect(await verdict({ ...whole, values: [sample(3, 101)] })).toEqual(["lost"]);
    const { meterStop: _meter, stoppedAt: _at, stopReason: _reason, ...active } = transaction;
    expect(await verdict({ ...whole, transactions: [active] })).toEqual(["lost"]);
    // The start, the stop and the id of the transaction, and its two samples.
    expect(await verdict({ ...whole, transactions: [] })).toEqual(["lost", "lost", "lost", "lost", "lost"]);
  });

  test("does not miss what was never answered, but does not accept it twice", async () => {
    const unanswered = books({ answered: false });
    expect(await verdict({ transactions: [], values: [], statuses: [] }, unanswered)).toEqual([]);
    expect(
      await verdict({ transactions: [], values: [], statuses: [shown(status), shown(status)] }, unanswered),
    ).toEqual(["doubled"]);
  });

  test("finds what is there twice", async () => {
    expect(await verdict({ ...whole, statuses: [shown(nextStatus), shown(status), shown(status)] })).toEqual([
      "doubled",
    ]);
    expect(await verdict({ ...whole, values: [sample(3, 101), sample(3, 101), sample(4, 102)] })).toEqual(["doubled"]);
  });

  test("finds what nobody sent, and what was sent otherwise", async () => {
    expect(await verdict({ ...whole, values: [...whole.values, sample(5, 999)] })).toEqual(["foreign"]);
    expect(await verdict({ ...whole, transactions: [{ ...transaction, meterStop: 104 }] })).toEqual([
      "lost",
      "foreign",
    ]);
  });

  test("finds what is out of order", async () => {
    expect(await verdict({ ...whole, statuses: whole.statuses.toReversed() })).toEqual(["misordered"]);
    expect(await verdict({ ...whole, values: whole.values.toReversed() })).toEqual(["misordered"]);
  });

  test("finds an id that was given to two transactions", async () => {
    const second = { ...start, meterStart: 200, timestamp: at(20) };
    const again: Entry = { id: "x", action: "StartTransaction", payload: second, sent: 1, answer: { transactionId } };
    const history = {
      ...whole,
      transactions: [{ ...transaction, id: "uuid-2", meterStart: 200, startedAt: at(20) }, transaction],
    };
    const found = await verdict({ ...history }, [...books(), again]);
    expect(found).toContain("lost");
    expect(found).toContain("doubled");
  });
});
