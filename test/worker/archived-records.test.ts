// Old records move to the file store: none is lost or doubled on the way, and each is read there as it was.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { archiveKey, unpackLines } from "../../src/workers/archive/object.ts";
import { archiveOldRecords } from "../../src/workers/archive/write-records.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { type Charger, eventually } from "../support/worker/charger.ts";
import { actorOf, BOOT_16, history, online } from "../support/worker/sessions.ts";

const DAY_MS = 86_400_000;
const LATER = Date.now() + 91 * DAY_MS;
const archive = (now = LATER, on: Env = env) => archiveOldRecords(on, now);

let viewer: string;
let admin: string;
beforeAll(async () => {
  viewer = (await someone("viewer")).token;
  admin = (await someone("admin")).token;
});

const keyOf = ({ id }: Charger) => id.toLowerCase();
const archived = (charger: Charger, kind: string, limit = 500) =>
  walk(`/api/charge-points/${encodeURIComponent(charger.id)}/archived-records?kind=${kind}`, viewer, limit);

/** A charger that told its status `count` times. */
async function talkative(count: number): Promise<Charger> {
  const charger = await online();
  for (let n = 0; n < count; n += 1)
    await charger.call("StatusNotification", {
      ...{ connectorId: 1, errorCode: "NoError", info: `${n}` },
      status: n % 2 === 0 ? "Available" : "Preparing",
    });
  await actorOf(charger).flush();
  return charger;
}
const infos = (rows: readonly { info: string }[]) => rows.map(({ info }) => info);

/** Runs on until the whole fleet of the file was looked at. */
async function archiveAll(): Promise<void> {
  await archive();
  await archive();
}

/** The environment, where the process dies at one place. */
function dying(when: "before the object" | "after the object" | "after the end"): Env {
  const die = () => {
    throw new Error("dead");
  };
  const FILES = { ...env.FILES, put: when === "before the object" ? die : env.FILES.put.bind(env.FILES) };
  // What reads is no end.
  const reads = new WeakSet<D1PreparedStatement>();
  const DB = {
    prepare(sql: string) {
      const statement = env.DB.prepare(sql);
      const bind = (...values: unknown[]) => {
        const bound = statement.bind(...values);
        if (/^\s*(SELECT|WITH)\b/.test(sql)) reads.add(bound);
        return bound;
      };
      return { bind, all: () => statement.all(), run: () => statement.run(), first: () => statement.first() };
    },
    batch: async (statements: D1PreparedStatement[]) => {
      const isEnd = !statements.every((statement) => reads.has(statement));
      if (isEnd && when === "after the object") die();
      const results = await env.DB.batch(statements);
      if (isEnd) die();
      return results;
    },
  };
  return { ...env, FILES, DB } as unknown as Env;
}

describe("old records", () => {
  it("are read from the file store, newest first and page by page, and are gone from the database", async () => {
    const charger = await talkative(7);
    await archiveAll();
    expect(await history(charger, "connector_statuses", "seq")).toEqual([]);
    expect(await history(charger, "connectors")).toMatchObject([{ info: "6" }]);
    for (const limit of [1, 2, 3, 7, 500])
      expect(infos(await archived(charger, "statuses", limit))).toEqual(["6", "5", "4", "3", "2", "1", "0"]);
    const [newest] = await archived(charger, "statuses", 1);
    expect(newest).toMatchObject({ kind: "statuses", evseId: 1, connectorId: 1, status: "Available", info: "6" });
    expect(newest.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    charger.close();
  });

  it("are joined by those that become old later, over as many archives as there are", async () => {
    const charger = await talkative(2);
    await archiveAll();
    for (const info of ["2", "3"]) {
      await charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", info, status: "Charging" });
      await actorOf(charger).flush();
      await archiveAll();
    }
    for (const limit of [1, 3, 500])
      expect(infos(await archived(charger, "statuses", limit))).toEqual(["3", "2", "1", "0"]);
    charger.close();
  });

  it("keep commands whole, and let those wait that have no outcome yet", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const { token } = await someone("operator");
    const path = `/api/charge-points/${charger.id}/commands`;
    const answered = call("POST", path, { token, body: { action: "GetLocalListVersion", payload: {} } });
    const [, messageId] = await charger.next();
    charger.send([3, messageId, { listVersion: 3 }]);
    const { body } = await answered;
    const waits = { action: "ClearCache", payload: {}, wait: 0 };
    const { body: waiting } = await call("POST", path, { token, body: waits });
    await actorOf(charger).flush();
    await archiveAll();
    const left = await history(charger, "commands", "created_at");
    expect(left.map(({ id, status }) => [id, status])).toEqual([[waiting.id, "sent"]]);
    expect((await archived(charger, "commands")).find(({ id }) => id === body.id)).toMatchObject({
      ...{ action: "GetLocalListVersion", payload: {}, status: "accepted", response: { listVersion: 3 } },
    });
    charger.close();
  });

  it("stay while they are young", async () => {
    const charger = await talkative(2);
    expect((await archive(Date.now() + 89 * DAY_MS)).records).toBe(0);
    expect(await history(charger, "connector_statuses", "seq")).toHaveLength(2);
    expect(await archived(charger, "statuses")).toEqual([]);
    charger.close();
  });

  it.each(["before the object", "after the object", "after the end"] as const)(
    "are neither lost nor doubled if it dies %s",
    async (when) => {
      await archiveAll();
      const charger = await talkative(4);
      for (let tries = 0; tries < 3; tries += 1) {
        await expect(archive(LATER, dying(when))).rejects.toThrow("dead");
        if ((await history(charger, "connector_statuses", "seq")).length === 0) break;
      }
      await archiveAll();
      expect(infos(await archived(charger, "statuses"))).toEqual(["3", "2", "1", "0"]);
      expect(await history(charger, "connector_statuses", "seq")).toEqual([]);
      charger.close();
    },
  );

  it("are archived once though two runs do it at the same time", async () => {
    await archiveAll();
    const charger = await talkative(4);
    const runs = await Promise.allSettled([archive(), archive(), archive()]);
    expect(runs.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    await archiveAll();
    expect(infos(await archived(charger, "statuses"))).toEqual(["3", "2", "1", "0"]);
    charger.close();
  });

  it("go on where there are more than are taken at once", async () => {
    const charger = await online();
    const insert = env.DB.prepare(
      `INSERT INTO connector_statuses (charge_point, evse_id, connector_id, seq, status, info, status_at, received_at)
       SELECT ?, 1, 1, value, 'Available', value, value, value FROM json_each(?)`,
    );
    const seqs = Array.from({ length: 2500 }, (_, n) => n + 1_000_000);
    await insert.bind(keyOf(charger), JSON.stringify(seqs)).run();
    await archiveAll();
    const read = infos(await archived(charger, "statuses"));
    expect(read.slice(0, 2500).map(Number)).toEqual(seqs.toReversed());
    charger.close();
  });

  it("are files that anybody can read, but the audit log's only admins", async () => {
    await call("POST", "/api/configuration-templates", { token: admin, body: { name: "", settings: {} } });
    const before = await eventually(async () => {
      const entries = await walk("/api/audit-log", admin, 500);
      return entries.length > 0 ? entries : undefined;
    }, "an entry of the audit log");
    await archiveAll();
    const archives = await walk("/api/archives", viewer, 500);
    const audit = archives.filter(({ kind }) => kind === "audit");
    const lines = [];
    for (const { id, lines: count } of audit) {
      const object = await env.FILES.get(archiveKey(id));
      const read = await unpackLines((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
      expect(read).toHaveLength(count);
      lines.push(...read);
      expect((await call("GET", `/api/archives/${id}/content`, { token: viewer })).status).toBe(403);
      expect((await call("GET", `/api/archives/${id}/content`, { token: admin })).status).toBe(200);
    }
    expect(lines).toEqual(expect.arrayContaining(before.map((entry) => expect.objectContaining(entry))));
    const records = archives.find(({ kind, finishedAt }) => kind === "records" && finishedAt !== null);
    expect((await call("GET", `/api/archives/${records.id}/content`, { token: viewer })).status).toBe(200);
  });

  it("are found by their keys when they end, and not by looking at all of them", async () => {
    for (const sql of [
      "DELETE FROM connector_statuses WHERE (charge_point, evse_id, connector_id, seq) IN (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?))",
      "DELETE FROM commands WHERE (id, history_seq) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
    ]) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind("[]").all<{ detail: string }>();
      expect(results.map(({ detail }) => detail).join("; ")).toMatch(/SEARCH (connector_statuses|commands) USING/);
    }
  });
});

describe("the records of a charger", () => {
  it("are none where there is no such charger, of no kind that there is not, and the viewer's to read", async () => {
    const path = (id: string, query: string) =>
      call("GET", `/api/charge-points/${id}/archived-records${query}`, { token: viewer });
    expect((await path("nobody", "?kind=statuses")).status).toBe(404);
    const charger = await online();
    expect((await path(charger.id, "?kind=auditEntries")).status).toBe(400);
    expect((await path(charger.id, "")).status).toBe(400);
    expect((await path(charger.id, "?kind=statuses&cursor=x")).status).toBe(400);
    expect((await path(charger.id, "?kind=statuses")).body).toEqual({ items: [], nextCursor: null });
    charger.close();
  });
});
