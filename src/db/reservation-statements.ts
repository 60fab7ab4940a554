// Reservations and availability to D1, the latest word of each.
import type { Reservation } from "../ocpp/facts/reservation.ts";
import type { Availability } from "../ocpp/facts/station.ts";
import { run, type Source } from "./statement.ts";

export const upsertReservation = (source: Source, reservation: Reservation): D1PreparedStatement =>
  run(
    source.db,
    `INSERT INTO reservations (id, charge_point, reservation_id, evse_id, connector_id, connector_type, id_token, group_id,
       status, reason, created_at, expires_at, ended_at, command_id, requested_by, transaction_id, history_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET reservation_id = excluded.reservation_id, evse_id = excluded.evse_id,
       connector_id = excluded.connector_id, connector_type = excluded.connector_type, id_token = excluded.id_token,
       group_id = excluded.group_id, status = excluded.status, reason = excluded.reason, expires_at = excluded.expires_at,
       ended_at = excluded.ended_at, command_id = excluded.command_id, requested_by = excluded.requested_by,
       transaction_id = excluded.transaction_id, history_seq = excluded.history_seq
     WHERE excluded.history_seq >= reservations.history_seq`,
    ...[reservation.id, source.chargePoint, reservation.reservationId, reservation.evseId, reservation.connectorId],
    ...[reservation.connectorType, reservation.idToken, reservation.groupId, reservation.status, reservation.reason],
    ...[reservation.createdAt, reservation.expiresAt, reservation.endedAt, reservation.commandId],
    ...[reservation.requestedBy, reservation.transactionId, source.row.seq],
  );

export const upsertAvailability = (source: Source, availability: Availability): D1PreparedStatement =>
  run(
    source.db,
    `INSERT INTO availabilities (charge_point, evse_id, connector_id, operative, scheduled, at, history_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (charge_point, evse_id, connector_id) DO UPDATE SET operative = excluded.operative,
       scheduled = excluded.scheduled, at = excluded.at, history_seq = excluded.history_seq
     WHERE excluded.history_seq >= availabilities.history_seq`,
    ...[source.chargePoint, availability.evseId, availability.connectorId, availability.operative ? 1 : 0],
    ...[availability.scheduled ? 1 : 0, source.row.at, source.row.seq],
  );

/** Of several connectors, the one that says most about what a driver may expect gives the charger its status. */
const RANK = [
  "Available",
  "Preparing",
  "Occupied",
  "Charging",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
  "Reserved",
];

/**
 * A charger that never tells a status of its own gets the best one of its connectors. Writes only what changes:
 * a status is told often, and changes the whole seldom.
 */
export function deriveStatus(source: Source): D1PreparedStatement {
  const ranks = RANK.map((status, rank) => `WHEN '${status}' THEN ${rank}`).join(" ");
  const derived = `(SELECT status FROM connectors WHERE charge_point = ?1
    ORDER BY CASE status ${ranks} WHEN 'Unavailable' THEN ${RANK.length + 1} ELSE ${RANK.length} END, evse_id, connector_id LIMIT 1)`;
  return run(
    source.db,
    `UPDATE charge_points SET status = ${derived} WHERE key = ?1 AND status IS NOT ${derived}
     AND NOT EXISTS (SELECT 1 FROM connectors WHERE charge_point = ?1 AND connector_id = 0)`,
    source.chargePoint,
  );
}
