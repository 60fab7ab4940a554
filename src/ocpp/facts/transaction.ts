// A charging session as its charger tells it, and what makes it doubtful.

export interface Transaction {
  /** Ours: a UUID. */
  id: string;
  ocppTransactionId: string;
  evseId: number;
  connectorId: number;
  idToken?: string | undefined;
  /** The authorization status that the charger was told. */
  authorization?: string | undefined;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Wh */
  meterStart?: number | undefined;
  /** Wh that the register had counted when it started anew within the session. */
  meterOffset?: number | undefined;
  /** The register (Wh) before it started anew, while the next reading may still say that it did not; null: past. */
  fellFrom?: number | null | undefined;
  reservationId?: number | undefined;
  /** The remote start that begot it. */
  commandId?: string | undefined;
  /** What follows is told by OCPP 2.x alone. */
  idTokenType?: string | undefined;
  /** Of the newest event that said something new, in the order of the charger's numbers. */
  seqNo?: number | undefined;
  chargingState?: string | undefined;
  triggerReason?: string | undefined;
  /** Epoch milliseconds of that event. */
  lastEventAt?: number | undefined;
  /** Its first event has not come yet: what is said of its beginning is what a later one said. */
  isStartMissing?: boolean | undefined;
  numberOfPhasesUsed?: number | undefined;
  /** A */
  cableMaxCurrent?: number | undefined;
  /** Seconds. */
  timeSpentCharging?: number | undefined;
  operationMode?: string | undefined;
  /** Of a transaction that has ended: the numbers of the events that never came. */
  missingEvents?: number[] | undefined;
}

/** What a transaction's later messages tell. */
export type TransactionChanges = {
  [K in keyof Omit<Transaction, "id" | "ocppTransactionId">]?: Transaction[K] | undefined;
};

/** Reasons to look after an open transaction; epoch milliseconds, null: it has passed. */
export interface Doubt {
  /** Its connector says Available. */
  freeSince?: number | null | undefined;
  /** When it was last heard of, as far as somebody looked. */
  heardAt?: number | null | undefined;
  /** The charger was told that its token is not accepted. */
  refusedAt?: number | null | undefined;
}

export interface TransactionStop {
  id: string;
  stoppedAt: number;
  /** Wh */
  meterStop?: number | undefined;
  stopReason?: string | undefined;
  /** Who ended it, if not the charger itself. */
  closedBy?: string | undefined;
  /** The token that it was ended with. */
  idToken?: string | undefined;
  /** The number of the event that ended it, OCPP 2.x. */
  seqNo?: number | undefined;
  /** The end came without a reading: `meterStop` is the last one that had come by then. */
  isMeterGuessed?: boolean | undefined;
}
