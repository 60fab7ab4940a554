// Mail services that take a mail as JSON over HTTPS: what each of them calls the parts, as data.
import { within } from "../../webhooks/within.ts";
import { type Carried, type Mail, type Sender, senderOf } from "./mail.ts";

const TIMEOUT_MS = 15_000;
const KEPT_CHARS = 300;

interface Service {
  url: string;
  credentials(token: string): Record<string, string>;
  body(mail: Mail, from: Sender): object;
}

const spelt = ({ name, address }: Sender): string => (name === undefined ? address : `"${name}" <${address}>`);
const named = ({ name, address }: Sender) => ({ email: address, ...(name === undefined ? {} : { name }) });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const SERVICES = {
  resend: {
    url: "https://api.resend.com/emails",
    credentials: bearer,
    body: ({ to, subject, text }, from) => ({ from: spelt(from), to: [to], subject, text }),
  },
  postmark: {
    url: "https://api.postmarkapp.com/email",
    credentials: (token) => ({ "x-postmark-server-token": token }),
    body: ({ to, subject, text }, from) => ({ From: spelt(from), To: to, Subject: subject, TextBody: text }),
  },
  brevo: {
    url: "https://api.brevo.com/v3/smtp/email",
    credentials: (token) => ({ "api-key": token }),
    body: ({ to, subject, text }, from) => ({ sender: named(from), to: [{ email: to }], subject, textContent: text }),
  },
  sendgrid: {
    url: "https://api.sendgrid.com/v3/mail/send",
    credentials: bearer,
    body: ({ to, subject, text }, from) => ({
      ...{ personalizations: [{ to: [{ email: to }] }], from: named(from), subject },
      content: [{ type: "text/plain", value: text }],
    }),
  },
} as const satisfies Record<string, Service>;

type HttpEnv = Pick<Env, "MAIL_FROM" | "MAIL_URL" | "MAIL_TOKEN">;

/** Never throws. */
export async function sendByHttp(service: Service, env: HttpEnv, mail: Mail): Promise<Carried> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  try {
    return await within(TIMEOUT_MS, async (signal) => {
      const response = await fetch(env.MAIL_URL || service.url, {
        method: "POST",
        headers: { ...headers, ...service.credentials(env.MAIL_TOKEN ?? "") },
        body: JSON.stringify(service.body(mail, senderOf(env.MAIL_FROM))),
        // It would take the credentials along.
        redirect: "manual",
        signal,
      });
      const said = (await response.text()).slice(0, KEPT_CHARS);
      if (response.ok) return { ok: true, value: null };
      // 400 and 422 are about this mail; 401 and 403 are about the set-up, which somebody may put right.
      const final = response.status === 400 || response.status === 422;
      return { ok: false, error: { detail: `the mail service answered ${response.status}: ${said}`, final } };
    });
  } catch (error) {
    return { ok: false, error: { detail: `the mail service was not reached: ${String(error)}`, final: false } };
  }
}
