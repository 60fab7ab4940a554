// A reservation as clients see it, and the reads of the list, each in the order of an index.
import { z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import type { Database } from "../../db/client.ts";
import { before, type Key } from "../../db/keyset.ts";
import { chargePoints, RESERVATION_STATUSES, reservations as table } from "../../db/schema.ts";
import { Timestamp, timestamp, timestampOrNull } from "./fields.ts";

export const Reservation = z
  .object({
    id: z.string().openapi({ description: "Ours: unique over all chargers" }),
    chargePointId: z.string(),
    reservationId: z.int().openapi({ description: "OCPP's number, unique at its charger" }),
    evseId: z.int().openapi({ description: "0: any. OCPP 1.6 has no EVSEs: there it equals connectorId" }),
    connectorId: z.int().openapi({ description: "0: any" }),
    connectorType: z.string().nullable(),
    idToken: z.string(),
    groupId: z.string().nullable(),
    status: z.enum(RESERVATION_STATUSES).openapi({
      description: "used: a transaction began with it; removed: the charger gave it up; rejected: it never took it",
    }),
    reason: z.string().nullable().openapi({ description: "The charger's own word", example: "Occupied" }),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    endedAt: Timestamp.nullable(),
    commandId: z.string(),
    requestedBy: z.string().nullable(),
    transactionId: z.string().nullable().openapi({ description: "The transaction that used it" }),
  })
  .openapi("Reservation");

export interface ReservationRow {
  reservation: typeof table.$inferSelect;
  /** The charger's identity as first spelt; null: it is no longer registered. */
  displayId: string | null;
}

export const reservationKey = ({ reservation: { createdAt, id } }: ReservationRow) =>
  [createdAt.getTime(), id] as const;

export interface ReservationFilter {
  chargePointId?: string | undefined;
  status?: ReservationRow["reservation"]["status"] | undefined;
  idToken?: string | undefined;
  reservationId?: number | undefined;
  cursor?: Key | undefined;
  limit: number;
}

/** Newest first; one row more than the limit. */
export function selectReservations(db: Database, filter: ReservationFilter) {
  const { chargePointId, status, idToken, reservationId, cursor, limit } = filter;
  return rows(db)
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        status === undefined ? undefined : eq(table.status, status),
        idToken === undefined ? undefined : eq(table.idToken, idToken),
        reservationId === undefined ? undefined : eq(table.reservationId, reservationId),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

export async function findReservation(db: Database, id: string): Promise<ReservationRow | undefined> {
  const [row] = await rows(db).where(eq(table.id, id));
  return row;
}

/** The one that a command has made. */
export async function reservationOf(
  db: Database,
  chargePointId: string,
  commandId: string,
): Promise<ReservationRow | undefined> {
  const found = await selectReservations(db, { chargePointId, limit: 50 });
  return found.find(({ reservation }) => reservation.commandId === commandId);
}

const rows = (db: Database) =>
  db
    .select({ reservation: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint));

export function presentReservation({ reservation, displayId }: ReservationRow): z.infer<typeof Reservation> {
  const { chargePoint, historySeq: _, createdAt, expiresAt, endedAt, ...row } = reservation;
  return {
    ...row,
    chargePointId: displayId ?? chargePoint,
    createdAt: timestamp(createdAt),
    expiresAt: timestamp(expiresAt),
    endedAt: timestampOrNull(endedAt),
  };
}
