// Signing up: nothing becomes a user before its address is proven, and nobody learns from it who has an account.
import { z } from "@hono/zod-openapi";
import { type Database, database } from "../../db/client.ts";
import { ROLES } from "../../db/schema.ts";
import { insertUser, userKnownAs } from "../../db/users.ts";
import { issueOneTimeToken, type OneTimeToken, VALID_MS } from "../auth/one-time-tokens.ts";
import { canMail, post } from "../mail/post.ts";

export const SIGN_UP_POLICIES = ["closed", "invite", "open"] as const;
export type SignUpPolicy = (typeof SIGN_UP_POLICIES)[number];

/** Without mail nobody can show that an address is theirs. Anything that is not spelt right is closed. */
export function signUpPolicy(env: Pick<Env, "SIGN_UP" | "MAIL_PROVIDER">): SignUpPolicy {
  if (!canMail(env)) return "closed";
  return SIGN_UP_POLICIES.find((policy) => policy === env.SIGN_UP) ?? "closed";
}

const text = z.string().nullable().optional();

/** What waits in a one-time token to become a user. */
const Pending = z.object({
  role: z.enum(ROLES),
  passwordHash: z.string(),
  profile: z.object({ name: text, firstName: text, lastName: text, phone: text, language: text, timeZone: text }),
});
type Pending = z.infer<typeof Pending>;

export const Invitation = z.object({ role: z.enum(ROLES), language: text });

export interface SignUpRequest {
  email: string;
  passwordHash: string;
  profile: Pending["profile"];
  origin: string;
}

/** Mails what is right for this address: a link that makes the account, or that there is one. */
export async function requestSignUp(env: Env, { email, passwordHash, profile, origin }: SignUpRequest): Promise<void> {
  const db = database(env);
  const known = await userKnownAs(db, email);
  if (known !== undefined) {
    const { username, language } = known;
    return post(env, { kind: "alreadySignedUp", to: email, language, username, origin });
  }
  const data: Pending = { role: "driver", passwordHash, profile };
  const { token } = await issueOneTimeToken(db, { purpose: "signUp", email, data });
  const secret = { token, validMs: VALID_MS.signUp };
  return post(env, { kind: "signUp", to: email, language: profile.language ?? null, secret, origin });
}

/** The user that a proven address makes; undefined: the name was taken meanwhile. */
export function completeSignUp(db: Database, { email, data }: Pick<OneTimeToken, "email" | "data">) {
  const { role, passwordHash, profile } = Pending.parse(JSON.parse(data));
  return insertUser(db, { username: email, email, emailVerifiedAt: new Date(), role, passwordHash, ...profile });
}

/** Whoever holds the invitation has the address that it was sent to. */
export function acceptInvitation(
  db: Database,
  { email, data }: Pick<OneTimeToken, "email" | "data">,
  { passwordHash, profile }: Pick<SignUpRequest, "passwordHash" | "profile">,
) {
  const { role } = Invitation.parse(JSON.parse(data));
  return completeSignUp(db, { email, data: JSON.stringify({ role, passwordHash, profile }) });
}
