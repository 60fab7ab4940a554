// Security facts to D1: events, certificates, passwords and profiles. As guarded and idempotent as all projections.
import type { InstalledCertificate } from "../ocpp/certificates.ts";
import type { Fact } from "../ocpp/facts/fact.ts";
import { run as runOn, type Source } from "./statement.ts";

type SecurityKind =
  | "securityEvent"
  | "certificateRequest"
  | "certificatesListed"
  | "certificateInstalled"
  | "certificateDeleted"
  | "passwordPending"
  | "passwordAnswered"
  | "passwordTaken"
  | "profileTargeted"
  | "profileReached";

type Projections = { [K in SecurityKind]: (fact: Fact<K>, source: Source) => D1PreparedStatement[] };

type Value = string | number | null | undefined;
const run = ({ db }: Source, sql: string, ...values: Value[]): D1PreparedStatement => runOn(db, sql, ...values);

/** Kept by the charger's actor alone: until it comes with them they are nobody's. */
const actorOnly = (): D1PreparedStatement[] => [];

export const SECURITY_PROJECTIONS: Projections = {
  securityEvent: ({ event: { type, critical, techInfo, occurredAt } }, source) => [
    run(
      source,
      `INSERT INTO security_events (charge_point, seq, type, critical, tech_info, occurred_at, received_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[source.chargePoint, source.row.seq, type, critical ? 1 : 0, techInfo, occurredAt, source.row.at],
    ),
  ],
  certificateRequest: ({ request }, source) => [
    run(
      source,
      `INSERT INTO certificate_requests (id, charge_point, certificate_type, status, detail, csr, certificate_chain,
         command_id, created_at, updated_at, history_seq)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, detail = excluded.detail,
         certificate_chain = excluded.certificate_chain, command_id = excluded.command_id,
         updated_at = excluded.updated_at, history_seq = excluded.history_seq
       WHERE excluded.history_seq >= certificate_requests.history_seq`,
      ...[request.id, source.chargePoint, request.use, request.status, request.detail, request.csr, request.chain],
      ...[request.commandId, request.createdAt, request.updatedAt, source.row.seq],
    ),
  ],
  certificatesListed: ({ types, certificates }, source) => [
    ...(types === null
      ? [forget(source, "", [])]
      : types.map((type) => forget(source, "AND certificate_type = ?", [type]))),
    ...certificates.map((certificate) => put(source, certificate)),
  ],
  certificateInstalled: ({ certificate }, source) => [put(source, certificate)],
  certificateDeleted: ({ key }, source) => [forget(source, "AND (key = ? OR parent_key = ?)", [key, key])],
  passwordPending: actorOnly,
  passwordAnswered: actorOnly,
  // Not if an operator has set another one meanwhile.
  passwordTaken: ({ hashes, previous }, source) => [
    run(
      source,
      "UPDATE charge_points SET credential_hash = ? WHERE key = ? AND coalesce(credential_hash, '') = ?",
      ...[hashes.join(" "), source.chargePoint, previous.join(" ")],
    ),
  ],
  profileTargeted: actorOnly,
  profileReached: ({ profile, previous }, source) => [
    run(
      source,
      "UPDATE charge_points SET security_profile = ? WHERE key = ? AND security_profile = ?",
      ...[profile, source.chargePoint, previous],
    ),
  ],
};

const forget = (source: Source, condition: string, values: string[]): D1PreparedStatement =>
  run(
    source,
    `DELETE FROM station_certificates WHERE charge_point = ? AND history_seq < ? ${condition}`,
    ...[source.chargePoint, source.row.seq, ...values],
  );

const put = (source: Source, { certificateType, key, hashData, parentKey }: InstalledCertificate) =>
  run(
    source,
    `INSERT INTO station_certificates (charge_point, certificate_type, key, hash_data, parent_key, told_at, history_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (charge_point, certificate_type, key) DO UPDATE SET hash_data = excluded.hash_data,
       parent_key = excluded.parent_key, told_at = excluded.told_at, history_seq = excluded.history_seq
     WHERE excluded.history_seq >= station_certificates.history_seq`,
    ...[source.chargePoint, certificateType, key, JSON.stringify(hashData), parentKey, source.row.at, source.row.seq],
  );
