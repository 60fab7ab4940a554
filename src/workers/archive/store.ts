// Writes an archive: its row first, then its object, then, in one transaction of D1, where its members lie and the end of
// the rows that are in it. Cut off anywhere, everything is still where it was, and the next run begins by cleaning up.
import type { archives } from "../../db/schema.ts";
import { logWarning } from "../../log.ts";
import { archiveKey, pack } from "./object.ts";

/** Whoever is writing an archive has ended by then. */
const STALE_MS = 30 * 60_000;

export interface Member {
  lines: readonly object[];
  /** The statement that remembers where it lies. */
  place(at: { archiveId: string; offset: number; length: number }): D1PreparedStatement;
}

interface NewArchive {
  kind: (typeof archives.$inferSelect)["kind"];
  members: readonly Member[];
  /** How many of the members are transactions. */
  transactions?: number;
  /** What was looked at last, for those that go on behind it. */
  last?: { startedAt: number; id: string };
  /** The statements that end what is in it. */
  removals: readonly D1PreparedStatement[];
}

/** @throws where another run has archived the same; nothing is changed then */
export async function writeArchive(
  env: Pick<Env, "DB" | "FILES">,
  { kind, members, transactions = 0, last = { startedAt: 0, id: "" }, removals }: NewArchive,
  now: number,
): Promise<void> {
  const id = crypto.randomUUID();
  const lines = members.reduce((sum, member) => sum + member.lines.length, 0);
  await env.DB.prepare(
    `INSERT INTO archives (id, created_at, kind, transactions, chunks, bytes, last_started_at, last_id)
     VALUES (?, ?, ?, ?, ?, 0, 0, '')`,
  )
    .bind(id, now, kind, transactions, lines)
    .run();
  const packed: Uint8Array[] = [];
  const places: D1PreparedStatement[] = [];
  let offset = 0;
  for (const member of members) {
    const bytes = await pack(member.lines);
    packed.push(bytes);
    places.push(member.place({ archiveId: id, offset, length: bytes.length }));
    offset += bytes.length;
  }
  if (packed.length > 0)
    await env.FILES.put(archiveKey(id), await new Blob(packed).arrayBuffer(), {
      httpMetadata: { contentType: "application/gzip" },
    });
  const finished = env.DB.prepare(
    "UPDATE archives SET finished_at = ?, bytes = ?, last_started_at = ?, last_id = ? WHERE id = ?",
  ).bind(now, offset, last.startedAt, last.id, id);
  await env.DB.batch([...places, ...removals, finished]);
}

/** @param isAlone nobody else can be archiving: the deployment has just come up */
export async function giveUpStale({ DB, FILES }: Env, isAlone: boolean, now: number): Promise<number> {
  const { results } = await DB.prepare(
    "SELECT id FROM archives WHERE finished_at IS NULL AND created_at <= ? LIMIT 100",
  )
    .bind(isAlone ? now : now - STALE_MS)
    .all<{ id: string }>();
  for (const { id } of results) {
    logWarning({ event: "archive_given_up", archive: id });
    await FILES.delete(archiveKey(id));
    await DB.prepare("DELETE FROM archives WHERE id = ? AND finished_at IS NULL").bind(id).run();
  }
  return results.length;
}
