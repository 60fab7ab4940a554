import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import type { Key } from "../../src/db/keyset.ts";
import { selectMeterChunks, selectTransactions } from "../../src/db/transactions.ts";
import { selectMembers } from "../../src/workers/archive/read-records.ts";
import { selectApiKeys } from "../../src/workers/routes/api-keys.ts";
import { selectArchives } from "../../src/workers/routes/archives.ts";
import { selectAuditLog } from "../../src/workers/routes/audit-log.ts";
import { selectCertificateRequests } from "../../src/workers/routes/certificate-requests.ts";
import { selectCertificates } from "../../src/workers/routes/certificates.ts";
import { selectChargePoints } from "../../src/workers/routes/charge-point-search.ts";
import { selectChargingProfiles } from "../../src/workers/routes/charging-profiles.ts";
import { selectCommands } from "../../src/workers/routes/commands.ts";
import { selectTemplates } from "../../src/workers/routes/configuration-templates.ts";
import { selectConnectionAttempts } from "../../src/workers/routes/connection-attempts.ts";
import { selectPublicLocations } from "../../src/workers/routes/driver-places.ts";
import { selectFiles } from "../../src/workers/routes/files.ts";
import { selectHoldings } from "../../src/workers/routes/holdings.ts";
import { selectIdTokens } from "../../src/workers/routes/id-tokens.ts";
import { selectInvitations } from "../../src/workers/routes/invitations.ts";
import { selectJobs } from "../../src/workers/routes/jobs.ts";
import { selectSearched } from "../../src/workers/routes/messages.ts";
import { selectReservations } from "../../src/workers/routes/reservation.ts";
import { selectSecurityEvents } from "../../src/workers/routes/security-events.ts";
import { selectStationCertificates } from "../../src/workers/routes/station-certificates.ts";
import { selectStationEvents } from "../../src/workers/routes/station-events.ts";
import { selectStreamChunks } from "../../src/workers/routes/stream-values.ts";
import { selectTransactionDetails } from "../../src/workers/routes/transaction-details.ts";
import { selectUsers } from "../../src/workers/routes/users.ts";
import { selectWebhooks } from "../../src/workers/routes/webhooks.ts";

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
  reservations: [
    {},
    { chargePointId: "c" },
    { status: "active" as const },
    { idToken: "t" },
    { reservationId: 7 },
    { chargePointId: "c", status: "used" as const, idToken: "t" },
  ].flatMap((filter) => [
    selectReservations(db, { ...filter, limit }),
    selectReservations(db, { ...filter, limit, cursor: byTime }),
  ]),
  users: [{}, { role: "admin" as const }, { active: true }, { username: "a" }].flatMap((filter) => [
    selectUsers(db, { ...filter, limit }),
    selectUsers(db, { ...filter, limit, cursor: byName }),
  ]),
  invitations: [selectInvitations(db, { limit }), selectInvitations(db, { limit, cursor: byTime })],
  publicLocations: [selectPublicLocations(db, { limit }), selectPublicLocations(db, { limit, cursor: byName })],
  webhooks: [selectWebhooks(db, { limit }), selectWebhooks(db, { limit, cursor: byTime })],
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
  chargePoints: [
    {},
    { connected: true },
    { status: "Available" },
    { registration: "pending" as const },
    { vendor: "v" },
    { ocppVersion: "1.6" as const },
    { id: "c" },
    { connected: true, vendor: "v" },
  ].flatMap((filter) => [
    selectChargePoints(db, { ...filter, limit }),
    selectChargePoints(db, { ...filter, limit, cursor: byName }),
  ]),
  commands: [
    {},
    { chargePointId: "c" },
    { status: "queued" as const },
    { action: "Reset" },
    { chargePointId: "c", status: "sent" as const, action: "Reset" },
  ].flatMap((filter) => [
    selectCommands(db, { ...filter, limit }),
    selectCommands(db, { ...filter, limit, cursor: byTime }),
  ]),
  chargingProfiles: [
    {},
    { chargePointId: "c" },
    { purpose: "TxProfile" },
    { transactionId: "t" },
    { evseId: 1 },
    { chargePointId: "c", evseId: 1, purpose: "TxProfile", transactionId: "t" },
  ].flatMap((filter) => [
    selectChargingProfiles(db, { ...filter, limit }),
    selectChargingProfiles(db, { ...filter, limit, cursor: ["c", 1] }),
  ]),
  holdings: [{}, { evseId: 1 }].flatMap((filter) => [
    selectHoldings(db, "c", "tariff", { ...filter, limit }),
    selectHoldings(db, "c", "tariff", { ...filter, limit, cursor: byName }),
  ]),
  streamChunks: [undefined, [1] as const].map((cursor) => selectStreamChunks(db, "c", 1, cursor)),
  transactionDetails: [selectTransactionDetails(db, "t")],
  meterChunks: [undefined, [1, 1, 1] as const].map((cursor) =>
    selectMeterChunks(db, { id: "t", chargePoint: "c" }, { cursor, limit }),
  ),
  jobs: [
    {},
    { chargePointId: "c" },
    { kind: "log" as const },
    { state: "failed" as const },
    { chargePointId: "c", kind: "firmware" as const, state: "running" as const },
  ].flatMap((filter) => [selectJobs(db, { ...filter, limit }), selectJobs(db, { ...filter, limit, cursor: byTime })]),
  stationEvents: [{}, { component: "C" }, { component: "C", variable: "V" }].flatMap((filter) => [
    selectStationEvents(db, "c", { ...filter, limit }),
    selectStationEvents(db, "c", { ...filter, limit, cursor: [1, 1] }),
  ]),
  configurationTemplates: [{}, { vendor: "v" }, { onBoot: true }].flatMap((filter) => [
    selectTemplates(db, { ...filter, limit }),
    selectTemplates(db, { ...filter, limit, cursor: ["a", "a"] }),
  ]),
  securityEvents: [
    {},
    { chargePointId: "c" },
    { type: "t" },
    { critical: true },
    { from: now, to: now },
    { chargePointId: "c", type: "t", from: now },
  ].flatMap((filter) => [
    selectSecurityEvents(db, { ...filter, limit }),
    selectSecurityEvents(db, { ...filter, limit, cursor: [1, "c", 1] }),
  ]),
  certificateRequests: [{}, { chargePointId: "c" }, { status: "refused" as const }].flatMap((filter) => [
    selectCertificateRequests(db, { ...filter, limit }),
    selectCertificateRequests(db, { ...filter, limit, cursor: byTime }),
  ]),
  certificates: [{}, { type: "MORootCertificate" as const }].flatMap((filter) => [
    selectCertificates(db, { ...filter, limit }),
    selectCertificates(db, { ...filter, limit, cursor: byTime }),
  ]),
  stationCertificates: [undefined, ["t", "k"] as [string, string]].map((cursor) =>
    selectStationCertificates(db, "c", { cursor, limit }),
  ),
  files: [
    {},
    { chargePointId: "c" },
    { shared: true },
    { kind: "log" as const },
    { from: now, to: now },
    { chargePointId: "c", kind: "log" as const, from: now },
  ].flatMap((filter) => [selectFiles(db, { ...filter, limit }), selectFiles(db, { ...filter, limit, cursor: byTime })]),
  searchedChargers: [{}, { chargePointId: "c" }, { connected: true }].map((which) => selectSearched(db, which, "a")),
  archivedRecords: [undefined, [1, "a", 0] as const].map((cursor) =>
    selectMembers(db, { chargePoint: "c", kind: "commands", cursor }),
  ),
  archives: [selectArchives(db, { limit }), selectArchives(db, { limit, cursor: byTime })],
  connectionAttempts: [{}, { chargePointId: "c" }, { identity: "c" }, { reason: "r" }].flatMap((filter) => [
    selectConnectionAttempts(db, { ...filter, limit }),
    selectConnectionAttempts(db, { ...filter, limit, cursor: byTime }),
  ]),
};

/** These tables are kept in the order of their lists: walking the table is walking the index. */
const IN_ORDER = /USING|^SCAN (audit_log|charging_profiles)$/;

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
