// Id tokens out of D1, many at once.

export interface TokenRow {
  key: string;
  id_token: string;
  status: "accepted" | "blocked";
  expires_at: number | null;
  group_id: string | null;
  type: string | null;
  personal_message: string | null;
  language: string | null;
  language_2: string | null;
  /** 1: its owner has nothing left, where credit is required. A token without an owner needs none. */
  no_credit: 0 | 1;
}

/** Part of the same query, so that nobody waits longer. */
const NO_CREDIT = `user_id IS NOT NULL AND NOT EXISTS
  (SELECT 1 FROM credit_entries AS entry WHERE entry.user_id = id_tokens.user_id GROUP BY currency HAVING sum(amount) > 0)`;

export async function readIdTokens(
  db: D1Database,
  keys: readonly string[],
  requiresCredit: boolean,
): Promise<ReadonlyMap<string, TokenRow>> {
  const { results } = await db
    .prepare(
      `SELECT key, id_token, status, expires_at, group_id, type, personal_message, language, language_2,
         ${requiresCredit ? NO_CREDIT : "0"} AS no_credit FROM id_tokens
       WHERE key IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(keys))
    .all<Record<string, unknown> & TokenRow>();
  return new Map(results.map((row) => [row.key, row]));
}
