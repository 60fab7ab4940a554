// What a connector's status means for whoever stands before it: chargers' words, of every version, in plain ones.

const EXPLANATIONS: Readonly<Record<string, string>> = {
  Available: "Free: a session may begin.",
  Preparing: "A cable is in or a token was shown; the session has not begun.",
  Charging: "Energy flows.",
  SuspendedEV: "A session is on, but the vehicle takes no energy: it is full, or waits.",
  SuspendedEVSE: "A session is on, but the charger gives no energy: a limit, or a fault that passes.",
  Finishing: "The session is over, the cable is still in. Many chargers begin no new session before it is out.",
  Occupied: "A cable is in, or a session is on; the transaction tells which.",
  Reserved: "Kept for a reservation.",
  Unavailable: "Set inoperative, or the charger is starting.",
  Faulted: "Out of order: see errorCode, info and vendorErrorCode.",
};

/** null: a status of the vendor's own. */
export const explain = (status: string): string | null =>
  Object.hasOwn(EXPLANATIONS, status) ? (EXPLANATIONS[status] ?? null) : null;
