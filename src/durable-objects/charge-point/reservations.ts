// The reservations that the charger holds, and the last ones that it held: a transaction that used one may come late.
import type { Reservation } from "../../ocpp/facts/reservation.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { Storage } from "./storage.ts";

const REMEMBERED_ENDED = 50;

export class Reservations {
  readonly #storage: Storage;
  #cache: Map<string, Reservation> | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => {
      this.#cache = undefined;
    });
  }

  active(): Reservation[] {
    return [...this.#all().values()].filter(({ status }) => status === "active");
  }

  /** The newest with this OCPP id: a charger may be given an id again. */
  byNumber(reservationId: number): Reservation | undefined {
    return [...this.#all().values()].findLast((reservation) => reservation.reservationId === reservationId);
  }

  /** Must run inside a storage transaction. */
  save(reservation: Reservation): void {
    const all = this.#all();
    all.delete(reservation.id);
    all.set(reservation.id, reservation);
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO reservations (id, created_at, data) VALUES (?, ?, ?)",
      ...[reservation.id, reservation.createdAt, JSON.stringify(reservation)],
    );
    const ended = [...all.values()].filter(({ status }) => status !== "active");
    for (const { id } of ended.slice(0, -REMEMBERED_ENDED)) {
      this.#storage.sql.exec("DELETE FROM reservations WHERE id = ?", id);
      all.delete(id);
    }
  }

  #all(): Map<string, Reservation> {
    this.#cache ??= this.#load();
    return this.#cache;
  }

  #load(): Map<string, Reservation> {
    if (this.#storage.isEmpty) return new Map();
    const rows = this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM reservations ORDER BY created_at")
      .toArray();
    const reservations = rows.map(({ data }) => {
      const reservation: Reservation = JSON.parse(data);
      return reservation;
    });
    return new Map(reservations.map((reservation) => [reservation.id, reservation]));
  }
}

/** Reservations end by themselves: 1.6 chargers say nothing of it, later ones may be away when it happens. */
export function expiryOf(reservations: Reservations, journal: Journal): Deadline {
  return {
    name: "reservations",
    due: () => {
      const earliest = Math.min(...reservations.active().map(({ expiresAt }) => expiresAt));
      return Number.isFinite(earliest) ? earliest : undefined;
    },
    fire: (now) => {
      for (const reservation of reservations.active().filter(({ expiresAt }) => expiresAt <= now)) {
        const expired: Reservation = { ...reservation, status: "expired", endedAt: reservation.expiresAt };
        const { id, reservationId } = reservation;
        journal.event(now, { event: "reservation_expired", id, reservationId }, [
          { kind: "reservation", reservation: expired },
        ]);
      }
    },
  };
}
