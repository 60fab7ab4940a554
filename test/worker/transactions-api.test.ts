import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import { chargePoints, idTokens, meterChunks, transactions } from "../../src/db/schema.ts";
import { call, someone, walk } from "../support/worker/api.ts";

const db = database(env);
let token: string;

beforeAll(async () => {
  token = (await someone("viewer")).token;
});

type Row = typeof transactions.$inferInsert;

/** A completed session on a charger of its own, unless said otherwise. */
async function transaction(fields: Partial<Row> = {}): Promise<Row> {
  const row: Row = {
    id: crypto.randomUUID(),
    chargePoint: `cp-${crypto.randomUUID()}`,
    ocppVersion: "1.6",
    ocppTransactionId: "7",
    evseId: 1,
    connectorId: 1,
    idToken: "CARD",
    status: "completed",
    startedAt: new Date("2026-03-01T10:00:00Z"),
    historySeq: 1,
    ...fields,
  };
  await db.insert(transactions).values(row);
  return row;
}

const meterValue = (wh: number, measurand = "Energy.Active.Import.Register") => ({
  sampledAt: new Date(Date.UTC(2026, 2, 1, 10, wh)).toISOString(),
  receivedAt: new Date(Date.UTC(2026, 2, 1, 10, wh)).toISOString(),
  sampledValue: [{ value: wh, measurand, unit: "Wh", context: "Sample.Periodic", location: "Outlet" }],
});

async function chunks({ id, chargePoint }: Row, ...values: ReturnType<typeof meterValue>[][]): Promise<void> {
  for (const [i, chunk] of values.entries()) {
    const key = { transactionId: id, chargePoint, evseId: 1, connectorId: 1, firstSeq: i * 10 };
    await db.insert(meterChunks).values({ ...key, lastSeq: i * 10 + 9, meterValues: JSON.stringify(chunk) });
  }
}

const ids = (items: { id: string }[]) => items.map(({ id }) => id);

describe("a transaction", () => {
  it("shows the charger's spelling of itself and of the transaction id", async () => {
    const now = new Date();
    const key = "spelt-so";
    const station = { key, id: "Spelt-So", registration: "accepted" as const, createdAt: now, updatedAt: now };
    await db.insert(chargePoints).values(station);
    const old = await transaction({ chargePoint: key, stoppedAt: new Date("2026-03-01T11:00:00Z"), meterStop: 1200.5 });
    const { body } = await call("GET", `/api/transactions/${old.id}`, { token });
    expect(body).toMatchObject({
      chargePointId: "Spelt-So",
      ocppTransactionId: 7,
      startedAt: "2026-03-01T10:00:00.000Z",
      stoppedAt: "2026-03-01T11:00:00.000Z",
      meterStart: null,
      meterStop: 1200.5,
      status: "completed",
    });
    expect(body).not.toHaveProperty("historySeq");
    const removed = await transaction({ ocppVersion: "2.0.1", ocppTransactionId: "7" });
    const other = await call("GET", `/api/transactions/${removed.id}`, { token });
    expect(other.body).toMatchObject({ chargePointId: removed.chargePoint, ocppTransactionId: "7" });
  });

  it("that does not exist is not found", async () => {
    expect((await call("GET", "/api/transactions/none", { token })).status).toBe(404);
    expect((await call("GET", "/api/transactions/none/meter-values", { token })).status).toBe(404);
  });
});

describe("the list of transactions", () => {
  it("is newest first and filtered by each of its members", async () => {
    const chargePoint = "list-cp";
    const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour));
    const a = await transaction({ chargePoint, startedAt: at(1), connectorId: 1 });
    const b = await transaction({ chargePoint, startedAt: at(2), connectorId: 2, idToken: "OTHER" });
    const c = await transaction({ chargePoint, startedAt: at(3), status: "active", ocppTransactionId: "9" });
    const find = async (query: string) => ids((await call("GET", `/api/transactions?${query}`, { token })).body.items);
    expect(await find("chargePointId=LIST-CP")).toEqual([c.id, b.id, a.id]);
    expect(await find("chargePointId=list-cp&status=active")).toEqual([c.id]);
    expect(await find("chargePointId=list-cp&connectorId=2")).toEqual([b.id]);
    expect(await find("idToken=OTHER")).toEqual([b.id]);
    expect(await find("ocppTransactionId=9")).toEqual([c.id]);
    expect(await find("chargePointId=list-cp&from=2026-03-02T02:00:00Z&to=2026-03-02T03:00:00Z")).toEqual([b.id]);
  });

  it("shows a driver the sessions of its own tokens, in pages", async () => {
    const driver = await someone("driver");
    const now = new Date();
    for (const idToken of ["Mine-1", "Mine-2"]) {
      const row = { key: idToken.toLowerCase(), idToken, status: "accepted" as const, userId: driver.id };
      await db.insert(idTokens).values({ ...row, createdAt: now, updatedAt: now });
    }
    const own: Row[] = [];
    for (let i = 0; i < 7; i++) {
      const startedAt = new Date(Date.UTC(2026, 3, 1, Math.floor(i / 2)));
      own.push(await transaction({ idToken: `Mine-${(i % 2) + 1}`, startedAt }));
    }
    const other = await transaction({ idToken: "Theirs" });
    const seen = await walk("/api/transactions", driver.token, 2);
    expect(seen).toHaveLength(7);
    expect(new Set(ids(seen))).toEqual(new Set(own.map(({ id }) => id)));
    expect(await walk("/api/transactions?idToken=Theirs", driver.token, 2)).toEqual([]);
    expect(await walk("/api/transactions?idToken=mine-1", driver.token, 2)).toHaveLength(4);
    const as = async (path: string) => (await call("GET", path, { token: driver.token })).status;
    expect(await as(`/api/transactions/${own[0]?.id}`)).toBe(200);
    expect(await as(`/api/transactions/${own[0]?.id}/meter-values`)).toBe(200);
    expect(await as(`/api/transactions/${other.id}`)).toBe(404);
    expect(await as(`/api/transactions/${other.id}/meter-values`)).toBe(404);
  });
});

describe("meter values", () => {
  it("come in the order of receipt, one item per OCPP MeterValue", async () => {
    const row = await transaction();
    await chunks(row, [meterValue(1), meterValue(2)], [meterValue(3)]);
    const { body } = await call("GET", `/api/transactions/${row.id}/meter-values`, { token });
    expect(body).toEqual({ items: [meterValue(1), meterValue(2), meterValue(3)], nextCursor: null });
  });

  it("are paged at the borders of chunks, each exactly once", async () => {
    const row = await transaction({ status: "active" });
    const values = Array.from({ length: 60 }, (_, i) => meterValue(i));
    await chunks(row, ...Array.from({ length: 20 }, (_, i) => values.slice(i * 3, i * 3 + 3)));
    const path = `/api/transactions/${row.id}/meter-values`;
    const first = await call("GET", `${path}?limit=4`, { token });
    expect(first.body.items).toEqual(values.slice(0, 6));
    for (const limit of [1, 7, 59, 60, 500]) expect(await walk(path, token, limit)).toEqual(values);
  });

  it("are filtered by measurand", async () => {
    const row = await transaction();
    const mixed = {
      ...meterValue(2),
      sampledValue: [...meterValue(2, "SoC").sampledValue, ...meterValue(2).sampledValue],
    };
    await chunks(row, [meterValue(1), mixed]);
    const { body } = await call("GET", `/api/transactions/${row.id}/meter-values?measurand=SoC`, { token });
    expect(body.items).toEqual([meterValue(2, "SoC")]);
  });

  it("that are signed have no number, and show what the charger sent", async () => {
    const row = await transaction();
    const signed = { ...meterValue(1) };
    const raw = { value: "OCMF|...", format: "SignedData" };
    const value = { ...meterValue(1).sampledValue[0], value: null, raw };
    await db.insert(meterChunks).values({
      transactionId: row.id,
      chargePoint: row.chargePoint,
      evseId: 1,
      connectorId: 1,
      firstSeq: 1,
      lastSeq: 1,
      meterValues: JSON.stringify([{ ...signed, sampledValue: [value] }]),
    });
    const { body } = await call("GET", `/api/transactions/${row.id}/meter-values`, { token });
    expect(body.items[0].sampledValue).toEqual([value]);
  });
});
