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
}

export async function readIdTokens(db: D1Database, keys: readonly string[]): Promise<ReadonlyMap<string, TokenRow>> {
  const { results } = await db
    .prepare(
      `SELECT key, id_token, status, expires_at, group_id, type, personal_message, language, language_2 FROM id_tokens
       WHERE key IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(keys))
    .all<Record<string, unknown> & TokenRow>();
  return new Map(results.map((row) => [row.key, row]));
}
