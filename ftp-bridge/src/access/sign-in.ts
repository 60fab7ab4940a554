// A name and a password -> an account, by the Worker's word, or by its last one while it is away.
import type { Log } from "../log.ts";
import { fail, ok, type Result } from "../result.ts";
import type { Account } from "../worker/shapes.ts";
import type { Credentials, Store } from "../worker/store.ts";
import type { Failures } from "./failures.ts";
import type { KnownAccounts } from "./known-accounts.ts";

export type SignInFailure = "refused" | "away";
export type SignIn = (credentials: Credentials) => Promise<Result<Account, SignInFailure>>;

export function createSignIn(tools: { store: Store; known: KnownAccounts; failures: Failures; log: Log }): SignIn {
  const { store, known, failures, log } = tools;

  async function check(credentials: Credentials): Promise<Result<Account, SignInFailure>> {
    const answer = await store.signIn(credentials);
    if (answer.ok) {
      void known.remember(credentials, answer.value).catch((error: unknown) => {
        log.error("known_accounts_unwritable", { detail: String(error) });
      });
      return answer;
    }
    const { reason, detail } = answer.error;
    if (reason === "not_signed_in") void known.forgetIfKnown(credentials).catch(() => {});
    // Also a charger that may come with TLS only, too many attempts, and a Worker that does not accept the bridge's token.
    else if (reason !== "away") log.warn("sign_in_not_allowed", { detail });
    if (reason !== "away") return fail("refused");
    const last = await known.recall(credentials);
    if (last === undefined) return fail("away");
    log.warn("signed_in_without_worker", { account: last.account });
    return ok(last);
  }

  // A wrong password and an absent Worker wait alike: neither tells whether the name exists.
  return (credentials) =>
    failures.attempt(
      credentials,
      () => check(credentials),
      (outcome) => !outcome.ok,
    );
}
