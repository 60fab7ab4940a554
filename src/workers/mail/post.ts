// From what shall be told to whom, to a mail that is on its way.
import { mailerOf } from "../../durable-objects/stubs.ts";
import { type LetterKind, letter } from "./letters.ts";

/** Pages of the console. A token stands behind the #, so that it comes into no log and no referrer. */
const PAGES: Readonly<Record<LetterKind, string>> = {
  signUp: "/account/confirm",
  alreadySignedUp: "/account/forgotten",
  verifyEmail: "/account/confirm",
  emailChanged: "/",
  resetPassword: "/account/new-password",
  passwordChanged: "/account/forgotten",
  invitation: "/account/sign-up",
  test: "/",
};

/** What tells nothing secret is worth sending for a day. */
const NOTICE_MS = 24 * 3600 * 1000;

export interface Post {
  kind: LetterKind;
  to: string;
  language?: string | null;
  username?: string;
  secret?: { token: string; validMs: number };
  /** Origin of the deployment. */
  origin: string;
}

export async function post(
  env: Pick<Env, "MAILER">,
  { kind, to, language = null, username = "", secret, origin }: Post,
): Promise<void> {
  const validMs = secret?.validMs ?? NOTICE_MS;
  const fragment = secret === undefined ? "" : `#token=${secret.token}`;
  const link = `${origin}${PAGES[kind]}${fragment}`;
  const values = { site: new URL(origin).host, link, username, hours: validMs / 3_600_000 };
  const mail = { id: crypto.randomUUID(), to, ...letter(kind, language, values) };
  await mailerOf(env).send(mail, Date.now() + validMs);
}

/** Whether anybody carries mail here. */
export const canMail = ({ MAIL_PROVIDER }: Pick<Env, "MAIL_PROVIDER">): boolean => MAIL_PROVIDER !== "";

/** Where people reach the deployment. */
export const originOf = ({ PUBLIC_URL }: Pick<Env, "PUBLIC_URL">, requestUrl: string): string =>
  new URL(PUBLIC_URL === "" ? requestUrl : PUBLIC_URL).origin;
