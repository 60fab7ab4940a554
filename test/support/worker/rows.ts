// What an actor writes, in rows: the currency in which the platform bills.
import { runInDurableObject } from "cloudflare:test";
import type { ChargePoint } from "../../../src/durable-objects/charge-point.ts";

/** Counts what the running actor writes from now on. After an eviction, call it again with what was counted before. */
export async function countRows(stub: DurableObjectStub<ChargePoint>, counted = { sql: 0, alarms: 0 }) {
  await runInDurableObject(stub, (_instance: ChargePoint, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, "exec", {
      configurable: true,
      value: (query: string, ...bindings: unknown[]) => {
        const cursor = exec(query, ...bindings);
        counted.sql += cursor.rowsWritten;
        return cursor;
      },
    });
    const setAlarm = storage.setAlarm.bind(storage);
    Object.defineProperty(storage, "setAlarm", {
      configurable: true,
      value: (...args: Parameters<typeof setAlarm>) => {
        counted.alarms += 1;
        return setAlarm(...args);
      },
    });
  });
  return counted;
}
