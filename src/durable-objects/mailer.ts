// The outgoing mail: kept until a provider has it, so that no request waits for one and none is lost with it.
// A mail carries a secret, so it is sealed while it waits and forgotten when it went, or when its secret has expired.
import { DurableObject } from "cloudflare:workers";
import { z } from "@hono/zod-openapi";
import { logFailure, logWarning } from "../log.ts";
import { seal, unseal } from "../pki/sealed.ts";
import { pauseWhileAway } from "../webhooks/backoff.ts";
import type { Carried, Mail } from "../workers/mail/mail.ts";
import { carry } from "../workers/mail/providers.ts";

const PURPOSE = "mail";
/** If the process dies with something to send, the alarm wakes the actor after this. */
const SAFETY_NET_MS = 30_000;
/** More is somebody's flood: each would be paid for. */
const MAX_WAITING = 10_000;
const BATCH = 20;

const StoredMail = z.object({ id: z.string(), to: z.string(), subject: z.string(), text: z.string() });

export interface MailerState {
  waiting: number;
  sent: number;
  /** Refused, or not carried before they expired. */
  failed: number;
  lastError: string | null;
}

type Row = { id: string; sealed: string; attempts: number; expires_at: number };

export class Mailer extends DurableObject<Env> {
  #running: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS mails (id TEXT PRIMARY KEY, sealed TEXT NOT NULL, attempts INTEGER NOT NULL,
         due_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
    );
  }

  override async alarm(): Promise<void> {
    await this.#run();
  }

  /** Durable when it resolves; it is sent after that. @param expiresAt epoch milliseconds: later nobody wants it */
  async send(mail: Mail, expiresAt: number): Promise<void> {
    const sealed = await seal(this.env.CREDENTIALS_KEY, PURPOSE, new TextEncoder().encode(JSON.stringify(mail)));
    if (this.#waiting() >= MAX_WAITING) {
      logFailure({ level: "error", event: "mail_dropped", detail: `${MAX_WAITING} are waiting` });
      return;
    }
    const now = Date.now();
    this.ctx.storage.sql.exec(
      "INSERT OR IGNORE INTO mails (id, sealed, attempts, due_at, expires_at) VALUES (?, ?, 0, ?, ?)",
      ...[mail.id, sealed, now, expiresAt],
    );
    await this.ctx.storage.setAlarm(now + SAFETY_NET_MS);
    this.ctx.waitUntil(this.#run());
  }

  state(): MailerState {
    const { kv } = this.ctx.storage;
    return {
      waiting: this.#waiting(),
      sent: kv.get<number>("sent") ?? 0,
      failed: kv.get<number>("failed") ?? 0,
      lastError: kv.get<string>("lastError") ?? null,
    };
  }

  /** One at a time, whoever asks: a mail must not go out twice. */
  #run(): Promise<void> {
    this.#running ??= this.#sendDue().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sendDue(): Promise<void> {
    for (;;) {
      const due = this.ctx.storage.sql
        .exec<Row>("SELECT id, sealed, attempts, expires_at FROM mails WHERE due_at <= ? LIMIT ?", Date.now(), BATCH)
        .toArray();
      if (due.length === 0) break;
      for (const row of due) await this.#sendOne(row);
    }
    const { next } = this.ctx.storage.sql.exec<{ next: number | null }>("SELECT min(due_at) AS next FROM mails").one();
    if (next !== null) await this.ctx.storage.setAlarm(next);
    else await this.ctx.storage.deleteAlarm();
  }

  async #sendOne(row: Row): Promise<void> {
    const { id, attempts, expires_at: expiresAt } = row;
    const outcome = await this.#carry(row);
    const { sql, kv } = this.ctx.storage;
    if (outcome.ok) {
      sql.exec("DELETE FROM mails WHERE id = ?", id);
      kv.put("sent", this.state().sent + 1);
      return;
    }
    const { detail, final } = outcome.error;
    kv.put("lastError", detail.slice(0, 500));
    const dueAt = Date.now() + pauseWhileAway(attempts + 1, Math.random());
    if (final || dueAt >= expiresAt) {
      sql.exec("DELETE FROM mails WHERE id = ?", id);
      kv.put("failed", this.state().failed + 1);
      logFailure({ level: "error", event: "mail_given_up", mail: id, attempts: attempts + 1, detail });
      return;
    }
    sql.exec("UPDATE mails SET attempts = ?, due_at = ? WHERE id = ?", attempts + 1, dueAt, id);
    logWarning({ event: "mail_delayed", mail: id, attempts: attempts + 1, detail });
  }

  async #carry({ sealed }: Row): Promise<Carried> {
    let text: string;
    try {
      text = new TextDecoder().decode(await unseal(this.env.CREDENTIALS_KEY, PURPOSE, sealed));
    } catch {
      return { ok: false, error: { detail: "it was sealed under another CREDENTIALS_KEY", final: true } };
    }
    return carry(this.env, StoredMail.parse(JSON.parse(text)));
  }

  #waiting(): number {
    return this.ctx.storage.sql.exec<{ count: number }>("SELECT count(*) AS count FROM mails").one().count;
  }
}
