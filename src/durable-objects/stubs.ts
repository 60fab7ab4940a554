// The only door to each actor.
import type { ChargePoint } from "./charge-point.ts";
import type { HistoryWriter } from "./history-writer.ts";

/** @param key the identity in lower case */
export const chargePointOf = (env: Env, key: string): DurableObjectStub<ChargePoint> =>
  env.CHARGE_POINT.getByName(key.toLowerCase());

/** The writer that this charger's history goes through: always the same one, so its order is kept. */
export const historyWriterOf = (env: Env, key: string): DurableObjectStub<HistoryWriter> =>
  env.HISTORY_WRITER.getByName(`history-${hash(key) % shards(env)}`);

export const allHistoryWriters = (env: Env): DurableObjectStub<HistoryWriter>[] =>
  Array.from({ length: shards(env) }, (_, shard) => env.HISTORY_WRITER.getByName(`history-${shard}`));

const shards = (env: Env): number => Math.max(1, Number.parseInt(env.HISTORY_SHARDS, 10) || 1);

/** FNV-1a: spreads identities that differ only at the end. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
