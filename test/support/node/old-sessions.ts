// Sessions of long ago, for lists that are long.
import type { Rest } from "./rest.ts";

const NEWEST = Date.UTC(2026, 0, 1);
/** As many as the API takes. */
const AT_ONCE = 100;

/** Writes so many into the history, one a second. */
export async function addOldSessions(rest: Rest, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => oldSession(from + n));
    await rest.post("/api/state/tables/transactions", { rows });
  }
}

/** A row of `transactions`. */
const oldSession = (n: number) => ({
  ...{ id: `old-${n}`, charge_point: "long-1", ocpp_version: "1.6", ocpp_transaction_id: String(n) },
  ...{ evse_id: 1, connector_id: 1, id_token: "CARD", status: "completed", history_seq: n + 1 },
  ...{ started_at: NEWEST - n * 1000, stopped_at: NEWEST - n * 1000 + 500, meter_start: 1000, meter_stop: 2000 },
});
