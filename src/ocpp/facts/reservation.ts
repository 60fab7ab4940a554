// A reservation, in the words of all versions.

/** used: a transaction began with it; removed: the charger gave it up; rejected: it never took it. */
export type ReservationStatus = "active" | "used" | "cancelled" | "expired" | "removed" | "rejected";

export interface Reservation {
  /** Ours: a UUID. */
  id: string;
  /** OCPP's, unique per charger. */
  reservationId: number;
  /** 0: any of the charger. In 1.6 it equals the connector. */
  evseId: number;
  /** 0: any of the EVSE. */
  connectorId: number;
  connectorType?: string | undefined;
  idToken: string;
  groupId?: string | undefined;
  status: ReservationStatus;
  /** What the charger said when it refused. */
  reason?: string | undefined;
  /** Epoch milliseconds. */
  createdAt: number;
  expiresAt: number;
  endedAt?: number | undefined;
  commandId: string;
  requestedBy?: string | undefined;
  /** The transaction that used it: our id. */
  transactionId?: string | undefined;
}
