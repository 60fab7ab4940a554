// Who carries mail: a row each. MAIL_PROVIDER names one; empty: nobody does, and whatever needs mail says so.
import { toEml } from "./eml.ts";
import { SERVICES, sendByHttp } from "./http.ts";
import { type Carried, type Mail, senderOf } from "./mail.ts";
import { sendBySmtp } from "./smtp.ts";

export type MailEnv = Pick<Env, "MAIL_PROVIDER" | "MAIL_FROM" | "MAIL_URL" | "MAIL_TOKEN" | "MAIL_OUTBOX">;

/** Resolves with what became of it; rejects never. */
type Carry = (env: MailEnv, mail: Mail) => Promise<Carried>;

const PROVIDERS: Readonly<Record<string, Carry>> = {
  outbox: intoOutbox,
  smtp: sendBySmtp,
  resend: (env, mail) => sendByHttp(SERVICES.resend, env, mail),
  postmark: (env, mail) => sendByHttp(SERVICES.postmark, env, mail),
  brevo: (env, mail) => sendByHttp(SERVICES.brevo, env, mail),
  sendgrid: (env, mail) => sendByHttp(SERVICES.sendgrid, env, mail),
};

export async function carry(env: MailEnv, mail: Mail): Promise<Carried> {
  const provider = PROVIDERS[env.MAIL_PROVIDER];
  if (provider !== undefined) return provider(env, mail);
  const names = Object.keys(PROVIDERS).join(", ");
  return { ok: false, error: { detail: `MAIL_PROVIDER is ${env.MAIL_PROVIDER}: it is one of ${names}`, final: false } };
}

/** A local start's: a folder of files, which is a service of the runtime. */
async function intoOutbox({ MAIL_OUTBOX, MAIL_FROM }: MailEnv, mail: Mail): Promise<Carried> {
  if (MAIL_OUTBOX === undefined) return { ok: false, error: { detail: "this deployment has no outbox", final: false } };
  const at = new Date();
  const name = `${at.toISOString().replaceAll(/[:.]/g, "-")}-${mail.id}.eml`;
  try {
    const response = await MAIL_OUTBOX.fetch(`http://outbox/${name}`, {
      method: "PUT",
      body: toEml(mail, senderOf(MAIL_FROM), at),
    });
    if (response.ok) return { ok: true, value: null };
    return { ok: false, error: { detail: `the outbox answered ${response.status}`, final: false } };
  } catch (error) {
    return { ok: false, error: { detail: `the outbox failed: ${String(error)}`, final: false } };
  }
}
