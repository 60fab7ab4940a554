import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import type { Key } from "../../src/db/keyset.ts";
import { selectMeterChunks, selectTransactions } from "../../src/db/transactions.ts";
import { selectApiKeys } from "../../src/workers/routes/api-keys.ts";
import { selectAuditLog } from "../../src/workers/routes/audit-log.ts";
import { selectConnectionAttempts } from "../../src/workers/routes/connection-attempts.ts";
import { selectIdTokens } from "../../src/workers/routes/id-tokens.ts";
import { selectUsers } from "../../src/workers/routes/users.ts";

const db = database(env);
const limit = 50;
const byName: [string] = ["a"];
const byTime: [number, string] = [1, "a"];
const now = new Date();

interface Query {
  toSQL(): { sql: string; params: unknown[] };
}

/** Every list, with each filter alone and some together, on its first page and on a later one. */
const LISTS: Record<string, Query[]> = {
  users: [{}, { role: "admin" as const }, { active: true }, { username: "a" }].flatMap((filter) => [
    selectUsers(db, { ...filter, limit }),
    selectUsers(db, { ...filter, limit, cursor: byName }),
  ]),
  apiKeys: [selectApiKeys(db, { limit }), selectApiKeys(db, { limit, cursor: byName })],
  auditLog: [{}, { subject: "a" }].flatMap((filter) => [
    selectAuditLog(db, { ...filter, limit }),
    selectAuditLog(db, { ...filter, limit, cursor: [7] }),
  ]),
  idTokens: [{}, { status: "blocked" as const }, { groupId: "g" }, { userId: "u" }, { idToken: "t" }].flatMap(
    (filter) => [
      selectIdTokens(db, { ...filter, limit }, undefined),
      selectIdTokens(db, { ...filter, limit, cursor: byName }, undefined),
      selectIdTokens(db, { ...filter, limit, cursor: byName }, "owner"),
    ],
  ),
  transactions: [
    {},
    { chargePointId: "c" },
    { status: "active" as const },
    { idToken: "t" },
    { connectorId: 1 },
    { ocppTransactionId: "7" },
    { from: now, to: now },
    { chargePointId: "c", status: "active" as const, from: now },
    { chargePointId: "c", idToken: "t", connectorId: 1 },
  ].flatMap((filter) => [
    selectTransactions(db, { ...filter, limit }),
    selectTransactions(db, { ...filter, limit, cursor: byTime satisfies Key }),
  ]),
  meterChunks: [undefined, [1, 1, 1] as const].map((cursor) =>
    selectMeterChunks(db, { id: "t", chargePoint: "c" }, { cursor, limit }),
  ),
  connectionAttempts: [{}, { chargePointId: "c" }, { identity: "c" }, { reason: "r" }].flatMap((filter) => [
    selectConnectionAttempts(db, { ...filter, limit }),
    selectConnectionAttempts(db, { ...filter, limit, cursor: byTime }),
  ]),
};

/** The audit log is kept in the order of its list: walking the table is walking the index. */
const IN_ORDER = /USING|^SCAN audit_log$/;

it.each(Object.entries(LISTS))("%s are read along an index and never sorted", async (_, queries) => {
  for (const query of queries) {
    const { sql, params } = query.toSQL();
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...params)
      .all<{ detail: string }>();
    const bad = plan.results.filter(
      ({ detail }) => /TEMP B-TREE/.test(detail) || (/^SCAN/.test(detail) && !IN_ORDER.test(detail)),
    );
    expect({ sql, bad }).toEqual({ sql, bad: [] });
  }
});
