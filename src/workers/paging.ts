// Cursor paging by keyset: a page begins after the key of the last row of the page before, so that rows which come
// or go meanwhile never shift it. Cursors are opaque to clients and worth nothing but a position.
import { Buffer } from "node:buffer";
import { z } from "@hono/zod-openapi";
import type { Key } from "../db/keyset.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** The query parameters of a list whose rows are ordered by a key of this shape; spread into its query schema. */
export function pageQuery<K extends Key>(key: z.ZodType<K>) {
  return {
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_LIMIT)
      .default(DEFAULT_LIMIT)
      .openapi({ description: "Items a page" }),
    cursor: cursor(key).optional(),
  };
}

/** `{ items, nextCursor }` in the OpenAPI document; `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: "`cursor` of the next page; null: there is none" }),
  });
}

/** A page out of `limit + 1` rows: the row too many only tells that there is more. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { key, present }: { key: (row: Row) => Key; present: (row: Row) => Item },
): { items: Item[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null;
  return { items: items.map(present), nextCursor };
}

/** An opaque cursor; base64url, so that it goes into a URL as it is. */
export function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function cursor<K extends Key>(key: z.ZodType<K>) {
  return z
    .string()
    .max(2000)
    .transform((text, context): K => {
      const parsed = key.safeParse(decode(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: "custom", message: "is not a cursor of this list" });
      return z.NEVER;
    })
    .openapi({ type: "string", description: "`nextCursor` of the page before" });
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
}
