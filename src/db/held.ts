// Holdings and charging profiles to D1. Nothing is deleted: what is gone is marked, and the sequence of the mark keeps
// an older shipment that arrives late from bringing it back.
// SQLite reads JSON of up to 1,000 levels and fails beyond: unless asked first, one deep message would stop a charger's
// history for good.
import type { HistoryRow } from "../durable-objects/history/batch.ts";
import type { Drop, HeldProfile, Holding, ProfileCriteria } from "../ocpp/held.ts";
import { conditions, run, type Source } from "./statement.ts";

export const holdStatement = ({ db, chargePoint, row }: Source, holding: Holding): D1PreparedStatement =>
  run(
    db,
    `INSERT INTO holdings (charge_point, kind, key, evse_id, data, at, removed_at, history_seq) VALUES (?, ?, ?, ?, ?, ?, NULL, ?)
     ON CONFLICT (charge_point, kind, key) DO UPDATE SET evse_id = excluded.evse_id, at = excluded.at, removed_at = NULL,
       data = CASE WHEN ? = 1 AND holdings.removed_at IS NULL AND json_valid(holdings.data) AND json_valid(excluded.data)
         THEN json_patch(holdings.data, excluded.data) ELSE excluded.data END,
       history_seq = excluded.history_seq
     WHERE excluded.history_seq >= holdings.history_seq`,
    ...[chargePoint, holding.kind, holding.key, holding.evseId, JSON.stringify(holding.data), row.at, row.seq],
    holding.merge === true ? 1 : 0,
  );

export function dropStatement({ db, chargePoint, row }: Source, gone: Drop): D1PreparedStatement {
  const where = conditions([
    ["charge_point = ? AND kind = ? AND removed_at IS NULL AND history_seq <= ?", chargePoint, gone.kind, row.seq],
    gone.keys && ["key IN (SELECT value FROM json_each(?))", JSON.stringify(gone.keys)],
    gone.except && ["key NOT IN (SELECT value FROM json_each(?))", JSON.stringify(gone.except)],
    gone.evseId === undefined ? undefined : ["evse_id = ?", gone.evseId],
    gone.before === undefined ? undefined : ["at < ?", gone.before],
    ...Object.entries(gone.match ?? {}).map(
      ([member, value]) =>
        [
          "CASE WHEN json_valid(data) THEN json_extract(data, ?) END = ?",
          `$.${member}`,
          typeof value === "boolean" ? Number(value) : value,
        ] as const,
    ),
  ]);
  return run(
    db,
    `UPDATE holdings SET removed_at = ?, history_seq = ? WHERE ${where.sql}`,
    row.at,
    row.seq,
    ...where.values,
  );
}

/** @param replaces what a new profile takes the place of: the one with its id, or also the one on its level (1.6) */
export function profileStatements(source: Source, held: HeldProfile, replaces: "id" | "level"): D1PreparedStatement[] {
  const { db, chargePoint, row } = source;
  const { profileId, evseId, purpose, stackLevel, transactionId } = held;
  const upsert = run(
    db,
    `INSERT INTO charging_profiles (charge_point, profile_id, evse_id, purpose, stack_level, transaction_id, source, profile,
       at, removed_at, history_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)
     ON CONFLICT (charge_point, profile_id) DO UPDATE SET evse_id = excluded.evse_id, purpose = excluded.purpose,
       stack_level = excluded.stack_level, transaction_id = excluded.transaction_id, source = excluded.source,
       profile = excluded.profile, at = excluded.at, removed_at = NULL, history_seq = excluded.history_seq
     WHERE excluded.history_seq >= charging_profiles.history_seq`,
    ...[chargePoint, profileId, evseId, purpose, stackLevel, transactionId, held.source, JSON.stringify(held.profile)],
    ...[row.at, row.seq],
  );
  if (replaces === "id") return [upsert];
  return [mark(source, [["profile_id <> ?", profileId], ...matching({ evseId, purpose, stackLevel })]), upsert];
}

export const goneStatement = (source: Source, criteria: ProfileCriteria): D1PreparedStatement =>
  mark(source, matching(criteria));

/** A TxProfile dies with its transaction; in 1.6 it may name none and means the one on its connector. */
export function txProfileDeaths(
  db: D1Database,
  chargePoint: string,
  rows: readonly HistoryRow[],
): D1PreparedStatement[] {
  return rows.flatMap((row) =>
    row.facts.flatMap((fact) => {
      if (fact.kind !== "transactionStopped" && fact.kind !== "transactionOrphaned") return [];
      const { id } = fact.stop;
      const isItsOwn = `(transaction_id = (SELECT ocpp_transaction_id FROM transactions WHERE id = ?)
        OR (transaction_id IS NULL AND evse_id IN (0, (SELECT evse_id FROM transactions WHERE id = ?))))`;
      return [mark({ db, chargePoint, row }, [["purpose = 'TxProfile'"], [isItsOwn, id, id]])];
    }),
  );
}

type Condition = readonly [sql: string, ...values: (string | number)[]];

function mark({ db, chargePoint, row }: Source, parts: readonly (Condition | undefined)[]): D1PreparedStatement {
  const where = conditions([
    ["charge_point = ? AND removed_at IS NULL AND history_seq <= ?", chargePoint, row.seq],
    ...parts,
  ]);
  const sql = `UPDATE charging_profiles SET removed_at = ?, history_seq = ? WHERE ${where.sql}`;
  return run(db, sql, row.at, row.seq, ...where.values);
}

const matching = ({
  ids,
  evseId,
  purpose,
  stackLevel,
  sources,
  before,
}: ProfileCriteria): (Condition | undefined)[] => [
  ids && ["profile_id IN (SELECT value FROM json_each(?))", JSON.stringify(ids)],
  evseId === undefined ? undefined : ["evse_id = ?", evseId],
  purpose === undefined ? undefined : ["purpose = ?", purpose],
  stackLevel === undefined ? undefined : ["stack_level = ?", stackLevel],
  sources && ["source IN (SELECT value FROM json_each(?))", JSON.stringify(sources)],
  before === undefined ? undefined : ["at < ?", before],
];
