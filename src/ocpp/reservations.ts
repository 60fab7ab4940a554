// What becomes of a reservation: taken, used, cancelled, lost. The same in every version; expiry is the actor's.
import type { Fact } from "./facts/fact.ts";
import type { Reservation, ReservationStatus } from "./facts/reservation.ts";
import type { EffectContext, Station } from "./handler.ts";

type Wish = Pick<
  Reservation,
  "reservationId" | "evseId" | "connectorId" | "connectorType" | "idToken" | "groupId" | "expiresAt"
>;

const changed = (reservation: Reservation): Fact => ({ kind: "reservation", reservation });

/** The charger has answered ReserveNow. An id that is active already is replaced, as the specification says. */
export function answered(wish: Wish, answer: string, context: EffectContext): Fact[] {
  const before = context.reservation(wish.reservationId);
  const known = before?.status === "active" ? before : undefined;
  // A refusal leaves the older reservation of that id as it is.
  if (known !== undefined && answer !== "Accepted") return [];
  const { commandId, requestedBy, answeredAt } = context;
  const accepted = answer === "Accepted";
  return [
    changed({
      ...wish,
      id: known?.id ?? context.newId(),
      commandId,
      requestedBy,
      status: accepted ? "active" : "rejected",
      createdAt: known?.createdAt ?? answeredAt,
      ...(accepted ? {} : { reason: answer, endedAt: answeredAt }),
    }),
  ];
}

/** Ended by anything but a transaction. What was used or cancelled stays so. @param reason the charger's own word */
export function ended(station: Station, reservationId: number, status: ReservationStatus, reason?: string): Fact[] {
  const known = station.reservation(reservationId);
  if (known === undefined || known.status === "used" || known.status === "cancelled") return [];
  if (known.status === status || known.status === "rejected") return [];
  return [changed({ ...known, status, ...(reason === undefined ? {} : { reason }), endedAt: station.receivedAt })];
}

/**
 * A transaction began with it. That outweighs what was believed before: a start that was told late began in time.
 * @param transactionId ours
 */
export function used(station: Station, reservationId: number | undefined, transactionId: string, at: number): Fact[] {
  const known = reservationId === undefined ? undefined : station.reservation(reservationId);
  if (known === undefined || known.status === "used" || known.status === "rejected") return [];
  return [changed({ ...known, status: "used", transactionId, endedAt: at })];
}
