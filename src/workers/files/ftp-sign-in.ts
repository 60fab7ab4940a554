// A user name and password at the FTP bridge -> the account behind it. Three kinds of password open one: that of a shared
// account, the upload token that an address was made with, and a charger's own key.
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { fail, ok, type Result } from "../../result.ts";
import { SignInLimit } from "../auth/sign-in-limit.ts";
import { accountCaller, accountOf, errandAccount, isShared, signInShared } from "./accounts.ts";
import type { Caller } from "./caller.ts";
import { signInCharger, tooMany, UNKNOWN } from "./charger-sign-in.ts";
import type { FileFailure } from "./failure.ts";
import { readUploadToken } from "./tokens.ts";

interface Attempt {
  username: string;
  password: string;
  /** Where the client is, as the bridge sees it. */
  remoteAddress: string;
  secure: boolean;
}

interface SignedIn {
  account: string;
  kind: "chargePoint" | "shared";
  caller: Caller;
}

export async function ftpSignIn(env: Env, attempt: Attempt): Promise<Result<SignedIn, FileFailure>> {
  const { username, password, remoteAddress, secure } = attempt;
  if (isShared(env, username)) return signInToShared(env, attempt);
  const grant = readUploadToken(env, password);
  if (grant !== undefined && grant.chargePointId === caseKey(username)) {
    const account = errandAccount(password);
    const caller = await accountCaller(env, account);
    return caller === undefined ? fail(UNKNOWN) : ok({ account, kind: "chargePoint", caller });
  }
  const signed = await signInCharger(env, {
    credentials: new TextEncoder().encode(`${username}:${password}`),
    ...{ isSecure: secure, address: remoteAddress, userAgent: "FTP" },
  });
  if (!signed.ok) return signed;
  return ok({ account: accountOf(signed.value), kind: "chargePoint", caller: signed.value });
}

async function signInToShared(env: Env, { username, password, remoteAddress }: Attempt) {
  const limit = new SignInLimit(database(env), `ftp:${username}`, remoteAddress, "name only");
  const wait = await limit.secondsToWait();
  if (wait > 0) return fail(tooMany(wait));
  const caller = await signInShared(env, username, password);
  if (caller === undefined) {
    const late = await limit.failed();
    return fail(late > 0 ? tooMany(late) : UNKNOWN);
  }
  await limit.succeeded();
  return ok<SignedIn>({ account: accountOf(caller), kind: "shared", caller });
}
