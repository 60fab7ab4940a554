// Which charge points a list is about.
import { z } from "@hono/zod-openapi";
import { and, asc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { caseKey } from "../../db/case-key.ts";
import type { Database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { chargePoints as table } from "../../db/schema.ts";
import { pageQuery } from "../paging.ts";
import { REGISTRATIONS, VERSION_NAMES } from "./charge-point.ts";
import { Flag } from "./fields.ts";

/** As many as one statement of D1 takes beside the other filters. */
const MAX_IDS = 50;

export const ChargePointQuery = z.strictObject({
  connected: Flag.optional(),
  status: z.string().optional(),
  registration: z.enum(REGISTRATIONS).optional(),
  vendor: z.string().optional(),
  ocppVersion: z.enum(VERSION_NAMES).optional(),
  id: z.string().optional(),
  ids: z
    .string()
    .transform((text) => text.split(",").map(caseKey))
    .pipe(z.array(z.string()).max(MAX_IDS))
    .optional()
    .openapi({ type: "string", example: "CP1,CP2", description: `At most ${MAX_IDS} OCPP identities` }),
  search: z.string().min(1).max(100).optional().openapi({
    description: "Somewhere in the identity, vendor, model, serial number or note, in any case",
  }),
  ...pageQuery(z.tuple([z.string()])),
});

/** One row more than the page, in the order of the index. */
export function selectChargePoints(db: Database, query: z.infer<typeof ChargePointQuery>) {
  const { connected, status, registration, vendor, ocppVersion, id, ids, search, cursor, limit } = query;
  return db
    .select()
    .from(table)
    .where(
      and(
        connected === undefined ? undefined : eq(table.connected, connected),
        status === undefined ? undefined : eq(table.status, status),
        registration === undefined ? undefined : eq(table.registration, registration),
        vendor === undefined ? undefined : eq(table.vendor, vendor),
        ocppVersion === undefined ? undefined : eq(table.ocppVersion, ocppVersion),
        id === undefined ? undefined : eq(table.key, caseKey(id)),
        ids === undefined ? undefined : inArray(table.key, ids),
        search === undefined ? undefined : or(...SEARCHED.map((column) => contains(column, search))),
        after([table.key], cursor),
      ),
    )
    .orderBy(asc(table.key))
    .limit(limit + 1);
}

const SEARCHED = [table.id, table.vendor, table.model, table.serialNumber, table.note];

/** By instr, not LIKE: what is searched for may hold any sign. */
const contains = (column: SQLiteColumn, text: string): SQL => sql`instr(lower(${column}), ${text.toLowerCase()}) > 0`;
