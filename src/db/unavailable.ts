// Is this error D1 being away (worth a retry), or a statement that D1 refused (a bug)?
import { DrizzleQueryError } from "drizzle-orm";

/** SQLite's own verdict on a statement: trying again changes nothing. */
const REFUSED =
  /SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG|MISUSE|AUTH)|no such (table|column)|too many SQL variables/;

export function isDatabaseUnavailable(error: unknown): boolean {
  const chain = causes(error);
  const fromDatabase = chain.some((e) => e instanceof DrizzleQueryError || /^D1_/.test(e.message));
  return fromDatabase && !chain.some((e) => !(e instanceof DrizzleQueryError) && REFUSED.test(e.message));
}

/** Did a unique or primary key refuse the row? */
export function isDuplicate(error: unknown): boolean {
  return causes(error).some((e) => !(e instanceof DrizzleQueryError) && /UNIQUE constraint failed/.test(e.message));
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
