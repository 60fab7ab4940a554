// The few holdings that the charger itself asks for, so that its actor can answer without D1.
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import type { HoldingKind } from "../../ocpp/held.ts";
import type { Payload } from "../../ocpp/read.ts";
import type { Storage } from "./storage.ts";

const KEPT: ReadonlySet<HoldingKind> = new Set(["scheduleUpdate"]);

export function keptHolding(storage: Storage, kind: HoldingKind, key: string): Payload | undefined {
  if (storage.isEmpty) return undefined;
  const [row] = storage.sql
    .exec<{ data: string }>("SELECT data FROM kept WHERE kind = ? AND key = ?", kind, key)
    .toArray();
  if (row === undefined) return undefined;
  // The table is written below alone, so its shape is ours.
  const data: Payload = JSON.parse(row.data);
  return data;
}

export const KEPT_PROJECTIONS: { [K in FactKind]?: (fact: Fact<K>, target: { storage: Storage }) => void } = {
  held: ({ holding: { kind, key, data } }, { storage }) => {
    if (!KEPT.has(kind)) return;
    storage.sql.exec("INSERT OR REPLACE INTO kept (kind, key, data) VALUES (?, ?, ?)", kind, key, JSON.stringify(data));
  },
  dropped: ({ gone }, { storage }) => {
    if (!KEPT.has(gone.kind)) return;
    for (const key of gone.keys ?? []) storage.sql.exec("DELETE FROM kept WHERE kind = ? AND key = ?", gone.kind, key);
  },
};
