// Old meter samples move to the file store: nothing is lost or doubled on the way, wherever it is cut off.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { archiveAfterDays } from "../../src/workers/archive/age.ts";
import { archiveKey, unpack } from "../../src/workers/archive/object.ts";
import { archiveOldChunks } from "../../src/workers/archive/write-chunks.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import type { Charger } from "../support/worker/charger.ts";
import { actorOf, at, history, ms, online, sample, start, transactionsOf } from "../support/worker/sessions.ts";

let token: string;
beforeAll(async () => {
  token = (await someone("viewer")).token;
});

const DAY_MS = 86_400_000;
/** When the tests' day is as old as is archived. */
const LATER = ms(0) + 91 * DAY_MS;
const values = (id: string, limit = 500) => walk(`/api/transactions/${id}/meter-values`, token, limit);
const chunksOf = (charger: Charger) => history(charger, "meter_chunks", "first_seq");

/** Each session begins after the one before: archives go on where the last one ended. */
let begun = 0;

/** A session with samples in several chunks. */
async function session(charger: Charger, meterStart = 1000): Promise<string> {
  begun += 1;
  const transactionId = await start(charger, { meterStart, timestamp: new Date(ms(0) + begun).toISOString() });
  for (let n = 1; n <= 3; n += 1) {
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(n, meterStart + n)] });
    await actorOf(charger).flush();
  }
  await charger.call("StopTransaction", { transactionId, meterStop: meterStart + 9, timestamp: at(60 + meterStart) });
  const rows = await transactionsOf(charger);
  return rows.find(({ meter_start }) => meter_start === meterStart)?.id;
}

/** The environment, where one thing fails as if the process had died there. */
class Death extends Error {}
function dying(when: "before the object" | "after the object" | "after the end"): Env {
  const die = () => {
    throw new Death();
  };
  const FILES = {
    ...{ get: env.FILES.get.bind(env.FILES), delete: env.FILES.delete.bind(env.FILES) },
    put: when === "before the object" ? die : env.FILES.put.bind(env.FILES),
  };
  const DB = {
    prepare: env.DB.prepare.bind(env.DB),
    batch: async (statements: D1PreparedStatement[]) => {
      if (when === "after the object") die();
      await env.DB.batch(statements);
      die();
    },
  };
  return { ...env, FILES, DB } as unknown as Env;
}

describe("old meter samples", () => {
  it("are read from the archive as from the database, page by page, and are a file that anybody can read", async () => {
    const charger = await online();
    const [first, second] = [await session(charger, 1000), await session(charger, 2000)];
    const [young] = [await start(charger, { meterStart: 3000, timestamp: new Date(LATER - DAY_MS).toISOString() })];
    await charger.call("MeterValues", { connectorId: 1, transactionId: young, meterValue: [sample(1, 1)] });
    const before = [await values(first), await values(second)];
    expect(before.map((one) => one.length)).toEqual([3, 3]);
    const kept = await chunksOf(charger);

    const done = await archiveOldChunks(env, true, LATER);
    expect(done.transactions).toBeGreaterThanOrEqual(2);
    expect((await chunksOf(charger)).map(({ transaction_id }) => transaction_id)).toEqual(
      kept
        .filter(({ transaction_id }) => ![first, second].includes(transaction_id))
        .map(({ transaction_id }) => transaction_id),
    );
    expect([await values(first), await values(second)]).toEqual(before);
    expect(await values(first, 1)).toEqual(before[0]);
    const { body } = await call("GET", `/api/transactions/${first}/meter-values?measurand=Voltage`, { token });
    expect(body.items).toEqual([]);

    const [archive] = (await call("GET", "/api/archives", { token })).body.items;
    expect(archive).toMatchObject({ finishedAt: new Date(LATER).toISOString(), transactions: done.transactions });
    const object = await env.FILES.head(archiveKey(archive.id));
    expect(object?.size).toBe(archive.bytes);
    const file = await call("GET", `/api/archives/${archive.id}/content`, { token });
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "application/gzip"]);
    expect(await archiveOldChunks(env, true, LATER)).toMatchObject({ archives: 0, chunks: 0, givenUp: 0 });
    charger.close();
  });

  it("are joined by those that come when the session is archived already", async () => {
    const charger = await online();
    const id = await session(charger);
    await archiveOldChunks(env, true, LATER);
    const [{ ocpp_transaction_id }] = await transactionsOf(charger);
    const transactionId = Number(ocpp_transaction_id);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(50, 1050)] });
    await actorOf(charger).flush();
    expect((await values(id)).map(({ sampledAt }) => sampledAt)).toEqual([at(1), at(2), at(3), at(50)]);
    expect(await values(id, 1)).toHaveLength(4);
    charger.close();
  });

  it.each(["before the object", "after the object", "after the end"] as const)(
    "are neither lost nor doubled if it dies %s",
    async (when) => {
      const charger = await online();
      const id = await session(charger);
      const before = await values(id);
      await expect(archiveOldChunks(dying(when), true, LATER)).rejects.toThrow(Death);
      expect(await values(id)).toEqual(before);
      const again = await archiveOldChunks(env, true, LATER);
      expect(again.givenUp).toBe(when === "after the end" ? 0 : 1);
      expect(await values(id)).toEqual(before);
      expect(await chunksOf(charger)).toEqual([]);
      const { results } = await env.DB.prepare("SELECT id FROM archives").all<{ id: string }>();
      const { objects } = await env.FILES.list({ prefix: "archive/" });
      expect(objects.map(({ key }) => key).toSorted()).toEqual(results.map(({ id }) => archiveKey(id)).toSorted());
      charger.close();
    },
  );

  it("are taken once though two runs archived them at the same time", async () => {
    const charger = await online();
    const id = await session(charger);
    const before = await values(id);
    await Promise.all([archiveOldChunks(env, false, LATER), archiveOldChunks(env, false, LATER)]);
    expect(await values(id)).toEqual(before);
    charger.close();
  });

  it("have a place of their own in the file, that can be read by itself", async () => {
    const charger = await online();
    const id = await session(charger);
    await archiveOldChunks(env, true, LATER);
    const place = await env.DB.prepare("SELECT * FROM archived_transactions WHERE transaction_id = ?")
      .bind(id)
      .first<{ archive_id: string; offset: number; length: number }>();
    const object = await env.FILES.get(archiveKey(place?.archive_id ?? ""), {
      range: { offset: place?.offset ?? 0, length: place?.length ?? 0 },
    });
    const chunks = await unpack((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(chunks.map(({ transactionId }) => transactionId)).toEqual([id, id, id]);
    charger.close();
  });

  it("stay where they are, if nothing is to be archived", async () => {
    expect([" ", "0", "-1", "x", "30"].map((ARCHIVE_AFTER_DAYS) => archiveAfterDays({ ARCHIVE_AFTER_DAYS }))).toEqual([
      ...[undefined, undefined, undefined, undefined, 30],
    ]);
  });
});
