// /api/account: signing up, proving an address, a forgotten password. Open, so everything here must bear strangers, and
// none of it tells whether an address is known: the answers are the same, and what is different happens after them.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { database } from "../../db/client.ts";
import { prove } from "../account/address.ts";
import { badToken, requestReset, resetPassword } from "../account/passwords.ts";
import { acceptInvitation, completeSignUp, requestSignUp, SIGN_UP_POLICIES, signUpPolicy } from "../account/sign-up.ts";
import { auditSignIn } from "../audit.ts";
import { findOneTimeToken, redeem } from "../auth/one-time-tokens.ts";
import { refuseWeak } from "../auth/password-rules.ts";
import { hashPassword } from "../auth/passwords.ts";
import { clientAddress, network } from "../auth/sign-in-limit.ts";
import { useUp } from "../auth/windows.ts";
import type { AppEnv } from "../context.ts";
import { later } from "../later.ts";
import { canMail, originOf, post } from "../mail/post.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { Email, Password, presentUser, profileFields, User } from "./user.ts";

const WINDOW_MS = 3_600_000;
const MAILS_PER_ADDRESS = 5;
const REQUESTS_PER_NETWORK = 30;

export const account = createRouter();

const AccountPolicy = z
  .object({
    signUp: z.enum(SIGN_UP_POLICIES).openapi({ description: "invite: with an invitation alone" }),
    passwordReset: z.boolean().openapi({ description: "Whether there is mail to send a link by" }),
  })
  .openapi("AccountPolicy");

const policy = createRoute({
  method: "get",
  path: "/",
  operationId: "account_policy",
  tags: ["account"],
  summary: "What can strangers do here?",
  security: [],
  responses: { 200: { description: "The policy", content: json(AccountPolicy) } },
});

account.openapi(policy, (c) => c.json({ signUp: signUpPolicy(c.env), passwordReset: canMail(c.env) }, 200));

const Token = z.string().min(1).max(500).openapi({ description: "What stands behind `#token=` in the mailed link" });

const SignUp = z
  .strictObject({ email: Email, password: Password, ...profileFields })
  .openapi("SignUp", { description: "The address becomes the user name" });

const signUp = createRoute({
  method: "post",
  path: "/sign-up",
  operationId: "account_sign_up",
  tags: ["account"],
  summary: "Sign up as a driver",
  description: "Where SIGN_UP is open. A mail goes to the address, also when it has an account already.",
  security: [],
  request: { body: { required: true, content: json(SignUp) } },
  responses: { 202: { description: "Look into your mail" }, ...problemResponses(400, 403, 422, 429) },
});

account.openapi(signUp, async (c) => {
  const { email, password, ...profile } = c.req.valid("json");
  if (signUpPolicy(c.env) !== "open") return problem(c, closed);
  const weak = refuseWeak(password, { username: email, email, ...profile });
  if (weak) return problem(c, weak);
  const tooMany = await limited(c, email);
  if (tooMany) return problem(c, tooMany);
  // Before the answer, for every address: it is what takes time.
  const passwordHash = await hashPassword(password);
  const origin = originOf(c.env, c.req.url);
  later(c, "sign_up_failed", () => requestSignUp(c.env, { email, passwordHash, profile, origin }));
  return c.body(null, 202);
});

const Acceptance = z
  .strictObject({ token: Token, password: Password, ...profileFields })
  .openapi("InvitationAcceptance", { description: "The address that was invited becomes the user name" });

const accept = createRoute({
  method: "post",
  path: "/accept-invitation",
  operationId: "account_accept_invitation",
  tags: ["account"],
  summary: "Sign up with an invitation",
  security: [],
  request: { body: { required: true, content: json(Acceptance) } },
  responses: { 201: { description: "The new user", content: json(User) }, ...problemResponses(400, 403, 409, 422) },
});

account.openapi(accept, async (c) => {
  const { token, password, ...profile } = c.req.valid("json");
  if (signUpPolicy(c.env) === "closed") return problem(c, closed);
  const db = database(c.env);
  const invitation = await findOneTimeToken(db, token, "invitation");
  if (invitation === undefined) return problem(c, badToken);
  const { email } = invitation;
  const weak = refuseWeak(password, { username: email, email, ...profile });
  if (weak) return problem(c, weak);
  const passwordHash = await hashPassword(password);
  if ((await redeem(db, token, "invitation")) === undefined) return problem(c, badToken);
  const user = await acceptInvitation(db, invitation, { passwordHash, profile });
  if (user === undefined) return problem(c, taken);
  auditSignIn(c, user.username, 201);
  return c.json(presentUser(user), 201);
});

const confirm = createRoute({
  method: "post",
  path: "/confirm",
  operationId: "account_confirm",
  tags: ["account"],
  summary: "Prove an e-mail address",
  description: "Makes the account of a sign-up, or confirms the new address of one. The token is good once.",
  security: [],
  request: { body: { required: true, content: json(z.strictObject({ token: Token })) } },
  responses: { 200: { description: "The user", content: json(User) }, ...problemResponses(400, 409, 422) },
});

account.openapi(confirm, async (c) => {
  const db = database(c.env);
  const redeemed = await redeem(db, c.req.valid("json").token, "signUp", "verifyEmail");
  if (redeemed === undefined) return problem(c, badToken);
  const user = redeemed.purpose === "signUp" ? await completeSignUp(db, redeemed) : await prove(db, redeemed);
  if (user === undefined) return problem(c, redeemed.purpose === "signUp" ? taken : badToken);
  auditSignIn(c, user.username, 200);
  return c.json(presentUser(user), 200);
});

const forgotten = createRoute({
  method: "post",
  path: "/password-reset",
  operationId: "account_password_reset",
  tags: ["account"],
  summary: "Ask for a link to a new password",
  description: "A mail goes to the address if an account has it, and has shown that it is its own.",
  security: [],
  request: { body: { required: true, content: json(z.strictObject({ email: Email })) } },
  responses: { 202: { description: "Look into your mail" }, ...problemResponses(400, 403, 422, 429) },
});

account.openapi(forgotten, async (c) => {
  const { email } = c.req.valid("json");
  if (!canMail(c.env)) return problem(c, { reason: "forbidden", detail: "This deployment sends no mail." });
  const tooMany = await limited(c, email);
  if (tooMany) return problem(c, tooMany);
  later(c, "password_reset_failed", () => requestReset(c.env, email, originOf(c.env, c.req.url)));
  return c.body(null, 202);
});

const reset = createRoute({
  method: "post",
  path: "/password-reset/confirm",
  operationId: "account_password_reset_confirm",
  tags: ["account"],
  summary: "Set a new password",
  description: "Signs out everywhere. The token is good once, and for half an hour.",
  security: [],
  request: { body: { required: true, content: json(z.strictObject({ token: Token, password: Password })) } },
  responses: { 204: { description: "Done: sign in" }, ...problemResponses(400, 422) },
});

account.openapi(reset, async (c) => {
  const { token, password } = c.req.valid("json");
  const result = await resetPassword(c.env, token, password);
  if (!result.ok) return problem(c, result.error);
  const { username, email: to, language } = result.value;
  auditSignIn(c, username, 204);
  const origin = originOf(c.env, c.req.url);
  if (to !== null)
    later(c, "notice_failed", () => post(c.env, { kind: "passwordChanged", to, language, username, origin }));
  return c.body(null, 204);
});

const closed: Failure<"forbidden"> = { reason: "forbidden", detail: "Nobody can sign up here by themselves." };
const taken: Failure<"conflict"> = { reason: "conflict", detail: "There is an account with this address already." };

/** Nobody's mailbox is filled, and nobody tries one address after the other. */
async function limited(c: Context<AppEnv>, email: string): Promise<Failure<"too_many_requests"> | undefined> {
  const retryAfter = await useUp(
    database(c.env),
    [
      { subject: `mail:${email.toLowerCase()}`, limit: MAILS_PER_ADDRESS },
      { subject: `mails-from:${network(clientAddress(c.req.raw.headers))}`, limit: REQUESTS_PER_NETWORK },
    ],
    WINDOW_MS,
  );
  if (retryAfter === 0) return undefined;
  return { reason: "too_many_requests", detail: "Too many mails were asked for.", retryAfter };
}
