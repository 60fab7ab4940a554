// Sessions of long ago, for lists that are long.

/** A row of `transactions`, the first the newest. @param n from 0 on */
export const oldSession = (n: number) => ({
  ...{ id: `old-${n}`, charge_point: "long-1", ocpp_version: "1.6", ocpp_transaction_id: String(n) },
  ...{ evse_id: 1, connector_id: 1, id_token: "CARD", status: "completed", history_seq: n + 1 },
  ...{ started_at: NEWEST - n * 1000, stopped_at: NEWEST - n * 1000 + 500, meter_start: 1000, meter_stop: 2000 },
});

const NEWEST = Date.UTC(2026, 0, 1);
