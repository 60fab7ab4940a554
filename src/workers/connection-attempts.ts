// Refused handshakes: one row a charger and reason, counted, so that a charger in a loop does not flood the table.
import { logWarning } from "../log.ts";
import type { Handshake } from "./handshake.ts";

export interface ConnectionAttempt {
  handshake: Pick<Handshake, "key" | "identity" | "ip" | "userAgent" | "offered">;
  reason: string;
  detail: string;
  /** How many of its kind it stands for. */
  times: number;
}

/** Never throws: a charger is refused just the same when this cannot be written. */
export async function recordAttempt(
  db: D1Database,
  { handshake, reason, detail, times }: ConnectionAttempt,
): Promise<void> {
  const { key, identity, ip, userAgent, offered } = handshake;
  const now = Date.now();
  try {
    await db
      .prepare(
        `INSERT INTO connection_attempts (id, charge_point, identity, reason, detail, ip, user_agent, subprotocols, count, first_at, last_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET identity = excluded.identity, detail = excluded.detail, ip = excluded.ip,
           user_agent = excluded.user_agent, subprotocols = excluded.subprotocols, count = connection_attempts.count + excluded.count,
           last_at = excluded.last_at`,
      )
      .bind(
        `${reason}:${key}`,
        key,
        identity,
        reason,
        detail,
        ip ?? null,
        userAgent ?? null,
        offered.join(", "),
        times,
        now,
        now,
      )
      .run();
  } catch (error) {
    logWarning({ event: "connection_attempt_not_recorded", identity, reason, detail: String(error) });
  }
}

const KEPT_DAYS = 90;
const MAX_KEPT = 10_000;
const DAY_MS = 86_400_000;

/** Strangers can make rows with every identity that they think of: old ones go, and the oldest of too many. */
export async function pruneAttempts(env: Pick<Env, "DB">): Promise<{ old: number; tooMany: number }> {
  const [old, tooMany] = await env.DB.batch([
    env.DB.prepare("DELETE FROM connection_attempts WHERE last_at < ?").bind(Date.now() - KEPT_DAYS * DAY_MS),
    env.DB.prepare(
      `DELETE FROM connection_attempts WHERE id IN (
         SELECT id FROM connection_attempts ORDER BY last_at DESC, id DESC LIMIT -1 OFFSET ?)`,
    ).bind(MAX_KEPT),
  ]);
  return { old: old?.meta.changes ?? 0, tooMany: tooMany?.meta.changes ?? 0 };
}
