// The configuration keys of OCPP 1.6, as far as the charger told them. Those of 2.x are variables: device-model.ts.
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import type { ConfigurationKey } from "../../ocpp/facts/station.ts";
import type { Storage } from "./storage.ts";

export interface KnownConfiguration {
  items: (ConfigurationKey & { at: number })[];
  unknownKeys: string[];
}

export function knownConfiguration(storage: Storage): KnownConfiguration {
  if (storage.isEmpty) return { items: [], unknownKeys: [] };
  const rows = storage.sql
    .exec<{ key: string; value: string | null; readonly: number; unknown: number; at: number }>(
      "SELECT key, value, readonly, unknown, at FROM configuration ORDER BY key",
    )
    .toArray();
  return {
    items: rows
      .filter((row) => row.unknown === 0)
      .map(({ key, value, readonly, at }) => ({
        key,
        ...(value === null ? {} : { value }),
        readonly: readonly === 1,
        at,
      })),
    unknownKeys: rows.filter((row) => row.unknown === 1).map((row) => row.key),
  };
}

export const CONFIGURATION_PROJECTIONS: {
  [K in FactKind]?: (fact: Fact<K>, target: { storage: Storage; at: number }) => void;
} = {
  configuration: ({ keys, unknownKeys, complete }, { storage, at }) => {
    if (complete) storage.sql.exec("DELETE FROM configuration");
    const put = "INSERT OR REPLACE INTO configuration (key, value, readonly, unknown, at) VALUES (?, ?, ?, ?, ?)";
    for (const { key, value, readonly } of keys) storage.sql.exec(put, key, value ?? null, readonly ? 1 : 0, 0, at);
    for (const key of unknownKeys) storage.sql.exec(put, key, null, 0, 1, at);
  },
};
