// Facts to D1: each kind of fact is one row in a table of projections, each projection a few guarded statements.
// Every statement is idempotent: shipping the same log entries again, alone or with later ones, changes nothing.
import type { HistoryRow, Shipment } from "../durable-objects/history/batch.ts";
import type { Command } from "../ocpp/facts/command.ts";
import type { Fact, FactKind } from "../ocpp/facts/fact.ts";
import type { ConnectorStatus } from "../ocpp/facts/station.ts";
import { parseFrame } from "../ocpp/frame.ts";
import { dropStatement, goneStatement, holdStatement, profileStatements, txProfileDeaths } from "./held.ts";
import { meterChunks } from "./meter-chunks.ts";
import { deriveStatus, upsertAvailability, upsertReservation } from "./reservation-statements.ts";
import { SECURITY_PROJECTIONS } from "./security-projections.ts";
import { streamChunks } from "./stream-chunks.ts";
import { insertEvents, upsertJob } from "./told-projections.ts";
import { transactionDetails } from "./transaction-details.ts";
import { insertTransaction, stopTransaction, updateTransaction } from "./transaction-statements.ts";

type Value = string | number | null;
interface Source {
  db: D1Database;
  chargePoint: string;
  row: HistoryRow;
}

const orNull = (value: Value | undefined): Value => value ?? null;
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const run = ({ db }: Source, sql: string, ...values: (Value | undefined)[]): D1PreparedStatement =>
  db.prepare(sql).bind(...values.map(orNull));

/** Sets columns of the charger's own row, unless a later fact was there before. */
function updateStation(source: Source, columns: Record<string, Value | undefined>): D1PreparedStatement {
  const names = Object.keys(columns);
  const assignments = names.map((name) => `${name} = ?`).join(", ");
  return run(
    source,
    `UPDATE charge_points SET ${assignments}, last_seen_at = ?, history_seq = ? WHERE key = ? AND history_seq <= ?`,
    ...Object.values(columns),
    source.row.at,
    source.row.seq,
    source.chargePoint,
    source.row.seq,
  );
}

function upsertConnector(source: Source, status: ConnectorStatus): D1PreparedStatement[] {
  const { evseId, connectorId, errorCode, info, vendorId, vendorErrorCode, statusAt } = status;
  const values = [status.status, errorCode, info, vendorId, vendorErrorCode, statusAt];
  const { chargePoint, row } = source;
  return [
    run(
      source,
      `INSERT INTO connectors (charge_point, evse_id, connector_id, status, error_code, info, vendor_id, vendor_error_code,
         status_at, history_seq)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (charge_point, evse_id, connector_id) DO UPDATE SET status = excluded.status,
         error_code = excluded.error_code, info = excluded.info, vendor_id = excluded.vendor_id,
         vendor_error_code = excluded.vendor_error_code, status_at = excluded.status_at, history_seq = excluded.history_seq
       WHERE excluded.history_seq >= connectors.history_seq`,
      ...[chargePoint, evseId, connectorId, ...values, row.seq],
    ),
    run(
      source,
      `INSERT INTO connector_statuses (charge_point, evse_id, connector_id, seq, status, error_code, info, vendor_id,
         vendor_error_code, status_at, received_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[chargePoint, evseId, connectorId, row.seq, ...values, row.at],
    ),
  ];
}

const upsertCommand = (source: Source, command: Command): D1PreparedStatement =>
  run(
    source,
    `INSERT INTO commands (id, charge_point, ocpp_version, action, payload, status, response, error, remarks, requested_by,
       created_at, sent_at, finished_at, expires_at, history_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, response = excluded.response, error = excluded.error,
       remarks = excluded.remarks, sent_at = excluded.sent_at, finished_at = excluded.finished_at,
       history_seq = excluded.history_seq
     WHERE excluded.history_seq >= commands.history_seq`,
    ...[command.id, source.chargePoint, command.ocppVersion, command.action, command.payload, command.status],
    ...[command.response, json(command.error), json(command.remarks), command.requestedBy, command.createdAt],
    ...[command.sentAt, command.finishedAt, command.expiresAt, source.row.seq],
  );

function payloadOf(text: string): string {
  const frame = parseFrame(text);
  return JSON.stringify("payload" in frame ? frame.payload : null);
}

type Projections = { [K in FactKind]: (fact: Fact<K>, source: Source) => D1PreparedStatement[] };

const PROJECTIONS: Projections = {
  ...SECURITY_PROJECTIONS,
  registered: (fact, source) => [
    run(
      source,
      `INSERT INTO charge_points (key, id, registration, created_at, updated_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[source.chargePoint, fact.identity, fact.registration, source.row.at, source.row.at],
    ),
  ],
  connected: (fact, source) => [updateStation(source, { connected: 1, ocpp_version: fact.version })],
  disconnected: (_fact, source) => [updateStation(source, { connected: 0 })],
  seen: (_fact, source) => [updateStation(source, { connected: 1 })],
  booted: ({ station }, source) => [
    updateStation(source, {
      vendor: station.vendor,
      model: station.model,
      serial_number: station.serialNumber,
      firmware_version: station.firmwareVersion,
      iccid: station.iccid,
      imsi: station.imsi,
      meter_type: station.meterType,
      meter_serial_number: station.meterSerialNumber,
      last_boot_at: source.row.at,
    }),
  ],
  connectorStatus: ({ status }, source) => [
    ...upsertConnector(source, status),
    status.connectorId === 0 ? updateStation(source, { status: status.status }) : deriveStatus(source),
  ],
  transactionStarted: (fact, source) => [insertTransaction(source, fact.transaction, "active")],
  transactionUpdated: ({ id, changes }, source) => [updateTransaction(source, id, changes)],
  transactionStopped: (fact, source) => [stopTransaction(source, fact.stop, "completed")],
  transactionOrphaned: (fact, source) => [
    insertTransaction(source, fact.transaction, "orphan"),
    stopTransaction(source, fact.stop, "orphan"),
  ],
  reservation: (fact, source) => [upsertReservation(source, fact.reservation)],
  availability: (fact, source) => [upsertAvailability(source, fact.availability)],
  // Written as chunks over the whole shipment, see meterChunks.
  meterValues: () => [],
  firmwareStatus: (fact, source) => [updateStation(source, { firmware_status: fact.status })],
  diagnosticsStatus: (fact, source) => [updateStation(source, { diagnostics_status: fact.status })],
  command: (fact, source) => [upsertCommand(source, fact.command)],
  // Kept by the charger's actor alone.
  configuration: () => [],
  localList: () => [],
  clock: () => [],
  transactionDoubted: () => [],
  variables: () => [],
  monitorsCleared: () => [],
  reportExpected: () => [],
  reportPart: () => [],
  displayMessages: () => [],
  job: (fact, source) => [upsertJob(source, fact.job)],
  events: (_fact, source) => insertEvents(source),
  finding: (fact, source) => [
    run(
      source,
      `INSERT INTO findings (charge_point, code, detail, count, first_at, last_at, history_seq) VALUES (?, ?, ?, 1, ?, ?, ?)
       ON CONFLICT (charge_point, code) DO UPDATE SET detail = excluded.detail, count = findings.count + 1,
         last_at = excluded.last_at, history_seq = excluded.history_seq
       WHERE excluded.history_seq > findings.history_seq`,
      ...[source.chargePoint, fact.code, fact.detail, source.row.at, source.row.at, source.row.seq],
    ),
  ],
  held: ({ holding }, source) => [holdStatement(source, holding)],
  dropped: ({ gone }, source) => [dropStatement(source, gone)],
  chargingProfile: ({ profile, replaces }, source) => profileStatements(source, profile, replaces),
  chargingProfilesGone: ({ criteria }, source) => [goneStatement(source, criteria)],
  // Written over the whole shipment, see transactionDetails and streamChunks.
  transactionDetail: () => [],
  streamValues: () => [],
  notice: (fact, source) => [
    run(
      source,
      "INSERT INTO notices (charge_point, seq, action, payload, received_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ...[source.chargePoint, source.row.seq, fact.action, payloadOf(source.row.frame), source.row.at],
    ),
  ],
};

const project = <K extends FactKind>(fact: Fact<K>, source: Source): D1PreparedStatement[] =>
  PROJECTIONS[fact.kind](fact, source);

/** All statements of a shipment, in the order of its facts. */
export function statementsOf(
  db: D1Database,
  { chargePoint, rows, sampleInterval }: Omit<Shipment, "identity">,
): D1PreparedStatement[] {
  return [
    ...rows.flatMap((row) => row.facts.flatMap((fact) => project(fact, { db, chargePoint, row }))),
    ...meterChunks(db, { chargePoint, rows, sampleInterval }),
    ...streamChunks(db, chargePoint, rows),
    ...transactionDetails(db, chargePoint, rows),
    ...txProfileDeaths(db, chargePoint, rows),
  ];
}
