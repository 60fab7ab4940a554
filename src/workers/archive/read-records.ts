// What moved to the file store of a charger's records, newest first.
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { archivedRecords as table } from "../../db/schema.ts";
import { readMember, unpackLines } from "./object.ts";
import type { RecordKind } from "./record-kinds.ts";

const Record = z.looseObject({});
type Record = z.infer<typeof Record>;

/** Of a member, and how many of its records were read. */
export type RecordCursor = readonly [firstAt: number, firstKey: string, read: number];

interface Query {
  chargePoint: string;
  kind: RecordKind;
  cursor?: RecordCursor | undefined;
  limit: number;
}

/** A page reads no more of them, though it has fewer records then. */
const MEMBERS = 20;

export async function archivedRecordsPage(
  env: Pick<Env, "FILES">,
  db: Database,
  query: Query,
): Promise<{ items: Record[]; next: RecordCursor | undefined }> {
  const items: Record[] = [];
  const members = await selectMembers(db, query);
  for (const member of members) {
    const { firstAt, firstKey } = member;
    const all = (await unpackLines(await readMember(env, member))).map((line) => Record.parse(line)).toReversed();
    const key = [firstAt.getTime(), firstKey] as const;
    const isBegun = query.cursor?.[0] === key[0] && query.cursor[1] === firstKey;
    const begin = isBegun ? (query.cursor?.[2] ?? 0) : 0;
    const taken = all.slice(begin, begin + query.limit - items.length);
    items.push(...taken);
    if (begin + taken.length < all.length) return { items, next: [...key, begin + taken.length] };
    if (items.length === query.limit || member === members.at(-1)) return { items, next: await behind(db, query, key) };
  }
  return { items, next: undefined };
}

async function behind(db: Database, query: Query, key: readonly [number, string]): Promise<RecordCursor | undefined> {
  const next = (await selectMembers(db, { ...query, cursor: [...key, 0] })).find(
    ({ firstAt, firstKey }) => firstAt.getTime() !== key[0] || firstKey !== key[1],
  );
  return next && [next.firstAt.getTime(), next.firstKey, 0];
}

/** From the cursor's own on. */
export function selectMembers(db: Database, { chargePoint, kind, cursor }: Omit<Query, "limit">) {
  const [firstAt, firstKey] = cursor ?? [];
  // "\uffff" is behind every key: the cursor's own member is read once more, from where it was left.
  const key = firstAt === undefined ? undefined : ([firstAt, `${firstKey}\uffff`] as const);
  return db
    .select()
    .from(table)
    .where(and(eq(table.chargePoint, chargePoint), eq(table.kind, kind), before([table.firstAt, table.firstKey], key)))
    .orderBy(desc(table.firstAt), desc(table.firstKey))
    .limit(MEMBERS);
}
