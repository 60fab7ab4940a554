// How often somebody did something within a while: one row a subject, which begins anew when its window is over.
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { signInFailures as table } from "../../db/schema.ts";

export type WindowRow = typeof table.$inferSelect;

/** Counts one, and returns the row. To be run, alone or in a batch. */
export function countOne(db: Database, subject: string, windowMs: number) {
  const now = Date.now();
  const over = sql`${table.windowEndsAt} <= ${now}`;
  return db
    .insert(table)
    .values({ subject, count: 1, windowEndsAt: new Date(now + windowMs) })
    .onConflictDoUpdate({
      target: table.subject,
      set: {
        count: sql`case when ${over} then 1 else ${table.count} + 1 end`,
        windowEndsAt: sql`case when ${over} then ${now + windowMs} else ${table.windowEndsAt} end`,
      },
    })
    .returning();
}

export const secondsLeft = ({ windowEndsAt }: WindowRow): number =>
  Math.max(0, Math.ceil((windowEndsAt.getTime() - Date.now()) / 1000));

interface Allowance {
  subject: string;
  limit: number;
}

/** Uses up one of what each of these has within the window. @returns the seconds to wait if there was none left, else 0 */
export async function useUp(
  db: Database,
  [first, ...others]: readonly [Allowance, ...Allowance[]],
  windowMs: number,
): Promise<number> {
  const one = ({ subject }: Allowance) => countOne(db, subject, windowMs);
  const rows = (await db.batch([one(first), ...others.map(one)])).flat();
  const limits = new Map([first, ...others].map(({ subject, limit }) => [subject, limit]));
  return Math.max(0, ...rows.filter(({ subject, count }) => count > (limits.get(subject) ?? 0)).map(secondsLeft));
}
