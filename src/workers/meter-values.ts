// A page of a transaction's meter values, out of stored chunks and of what its charger's actor still holds.
import { z } from "@hono/zod-openapi";
import type { Key } from "../db/keyset.ts";
import { readChunk } from "../db/meter-chunks.ts";
import type { transactions } from "../db/schema.ts";
import { Timestamp } from "../shapes.ts";
import type { Chunk as StoredChunk } from "./archive/object.ts";
import { storedChunks } from "./archive/read-chunks.ts";
import { liveMeterValues } from "./history.ts";
import { encodeCursor, pageOf, pageQuery } from "./paging.ts";

/** Read at once: a chunk is one drain of one transaction, some dozens of values. */
const CHUNKS_PER_READ = 8;

const SampledValueSchema = z
  .object({
    value: z.number().nullable().openapi({ description: "In `unit`; null where the charger sent no number" }),
    measurand: z.string(),
    unit: z.string(),
    context: z.string(),
    location: z.string(),
    phase: z.string().exactOptional(),
    raw: z
      .record(z.string(), z.json())
      .exactOptional()
      .openapi({ type: "object", description: "What the charger sent, where it differs" }),
  })
  .openapi("SampledValue");

const MeterValueSchema = z
  .object({ sampledAt: Timestamp, receivedAt: Timestamp, sampledValue: z.array(SampledValueSchema) })
  .openapi("MeterValue");

const Chunk = z.array(MeterValueSchema);
type ShownValue = z.infer<typeof MeterValueSchema>;

export const MeterPage = pageOf(MeterValueSchema);

export const meterQuery = z.strictObject({
  measurand: z.string().optional().openapi({ example: "Energy.Active.Import.Register" }),
  ...pageQuery(z.tuple([z.int(), z.int(), z.int()])),
});

type TransactionRow = typeof transactions.$inferSelect;

/** Whole chunks until `limit` values are there; behind the last chunk, what is not stored yet. */
export async function meterPage(
  env: Env,
  transaction: TransactionRow,
  { cursor, limit, measurand }: z.infer<typeof meterQuery>,
): Promise<z.infer<typeof MeterPage>> {
  const stored = await readChunks(env, transaction, { cursor, limit, measurand });
  if (stored.next || transaction.status !== "active") return { items: stored.items, nextCursor: stored.next ?? null };
  const held = shown(Chunk.parse(await liveMeterValues(env, transaction.chargePoint, transaction.id)), measurand);
  // What was held a moment ago may be stored by now: read on, and drop from the one what the other has.
  const shipped = await readChunks(env, transaction, {
    cursor: stored.last ?? cursor,
    limit: Number.POSITIVE_INFINITY,
    measurand,
  });
  const known = new Set([...stored.items, ...shipped.items].map((value) => JSON.stringify(value)));
  const live = held.filter((value) => !known.has(JSON.stringify(value)));
  return { items: [...stored.items, ...shipped.items, ...live], nextCursor: null };
}

/** All of them, of a session that is billed. */
export async function allMeterValues(env: Env, transaction: TransactionRow): Promise<ShownValue[]> {
  const everything = { cursor: undefined, limit: Number.POSITIVE_INFINITY, measurand: undefined };
  return (await meterPage(env, transaction, everything)).items;
}

interface Read {
  items: ShownValue[];
  /** The key of the last chunk read. */
  last?: Key;
  /** Where the next page begins; absent: there is none. */
  next?: string;
}

async function readChunks(
  env: Env,
  transaction: TransactionRow,
  { cursor, limit, measurand }: { cursor: Key | undefined; limit: number; measurand: string | undefined },
): Promise<Read> {
  const items: ShownValue[] = [];
  let last: Key | undefined = cursor;
  for (;;) {
    const chunks = await storedChunks(env, transaction, { cursor: last, limit: CHUNKS_PER_READ + 1 });
    for (const [i, chunk] of chunks.slice(0, CHUNKS_PER_READ).entries()) {
      items.push(...shown(Chunk.parse(readChunk(chunk.meterValues)), measurand));
      last = keyOf(chunk);
      if (items.length >= limit && i + 1 < chunks.length) return { items, last, next: encodeCursor(last) };
    }
    if (chunks.length <= CHUNKS_PER_READ) return last === undefined ? { items } : { items, last };
  }
}

const keyOf = ({ evseId, connectorId, firstSeq }: StoredChunk): Key => [evseId, connectorId, firstSeq];

function shown(values: ShownValue[], measurand: string | undefined): ShownValue[] {
  if (measurand === undefined) return values;
  return values
    .map((value) => ({ ...value, sampledValue: value.sampledValue.filter((sample) => sample.measurand === measurand) }))
    .filter(({ sampledValue }) => sampledValue.length > 0);
}
