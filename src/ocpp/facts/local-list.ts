// The list of id tokens that a charger keeps for the time without us.

/** An entry of a charger's local authorization list. */
export interface LocalListEntry {
  idToken: string;
  /** OCPP 2.x. */
  type?: string | undefined;
  status: string;
  /** Epoch milliseconds. */
  expiresAt?: number | undefined;
  groupId?: string | undefined;
}

/** `version`: only the number became known. */
export type LocalListChange =
  | { update: "full" | "differential"; version: number; put: LocalListEntry[]; removed: string[] }
  | { update: "version"; version: number };
