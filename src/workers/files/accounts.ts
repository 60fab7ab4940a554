// FTP accounts: every charge point has one, with its identity and key; a deployment may name others, which share a
// folder. How an account is called between the bridge and the Worker is theirs alone.
import { z } from "zod";
import { database } from "../../db/client.ts";
import { sameText } from "../auth/digest.ts";
import { verifyPassword } from "../auth/passwords.ts";
import { type Caller, chargerCaller, type Permission } from "./caller.ts";
import { SHARED } from "./limits.ts";
import { readUploadToken } from "./tokens.ts";

const CHARGER = "charge-point:";
const SHARED_PREFIX = "shared:";
/** Followed by an upload token, which says all the rest. */
const ERRAND = "errand:";

const SharedAccount = z.strictObject({
  username: z.string().min(1).max(255),
  /** As it is, or as `passwordHash`: scrypt in PHC string form. */
  password: z.string().min(1).optional(),
  passwordHash: z.string().min(1).optional(),
  permissions: z.array(z.enum(["read", "write", "delete"])).default(["read", "write"]),
});
type SharedAccount = z.infer<typeof SharedAccount>;

/** The password of an errand: what the CSMS put into the address that it sent to the charger. */
export const errandAccount = (token: string): string => ERRAND + token;

/** Percent-encoded: a header holds no Unicode. */
export const accountOf = ({ owner, name }: Caller): string =>
  owner === SHARED
    ? `${SHARED_PREFIX}${encodeURIComponent(name.slice("ftp:".length))}`
    : CHARGER + encodeURIComponent(owner);

/** @returns undefined for an account that there is not, or not any more */
export async function accountCaller(env: Env, account: string): Promise<Caller | undefined> {
  if (account.startsWith(CHARGER)) return chargerAccount(env, decode(account.slice(CHARGER.length)));
  if (account.startsWith(ERRAND)) return errandCaller(env, account.slice(ERRAND.length));
  if (!account.startsWith(SHARED_PREFIX)) return undefined;
  const username = decode(account.slice(SHARED_PREFIX.length));
  const shared = sharedAccounts(env).find((one) => one.username === username);
  return shared && sharedCaller(shared);
}

/** The errand's token opens the account for as long as it lasts: FTP clients sign in again for every attempt. */
async function errandCaller(env: Env, token: string): Promise<Caller | undefined> {
  const grant = readUploadToken(env, token);
  if (grant === undefined) return undefined;
  const { chargePointId, jobId, commandId, kind } = grant;
  const caller = await chargerAccount(env, chargePointId);
  return caller && { ...caller, errand: { jobId, commandId, kind } };
}

async function chargerAccount(env: Env, key: string): Promise<Caller | undefined> {
  const row = await database(env).query.chargePoints.findFirst({
    columns: { key: true, id: true, registration: true },
    where: (t, { eq }) => eq(t.key, key),
  });
  if (row === undefined || row.registration === "rejected") return undefined;
  return { ...chargerCaller(row.id, row.key), name: `ftp:${row.id}` };
}

export const isShared = (env: Env, username: string): boolean =>
  sharedAccounts(env).some((one) => one.username === username);

/** @returns undefined if there is no such account or the password is wrong: the time it takes tells neither */
export async function signInShared(env: Env, username: string, password: string): Promise<Caller | undefined> {
  const account = sharedAccounts(env).find((one) => one.username === username);
  const isRight =
    account?.password === undefined
      ? await verifyPassword(password, account?.passwordHash)
      : sameText(password, account.password);
  return account !== undefined && isRight ? sharedCaller(account) : undefined;
}

const sharedCaller = ({ username, permissions }: SharedAccount): Caller => ({
  owner: SHARED,
  name: `ftp:${username}`,
  permissions: permissions satisfies readonly Permission[],
});

/** Throws where the variable is no list of accounts: letting nobody in silently would be harder to find. */
function sharedAccounts({ FTP_SHARED_ACCOUNTS }: Pick<Env, "FTP_SHARED_ACCOUNTS">): SharedAccount[] {
  if (FTP_SHARED_ACCOUNTS.trim() === "") return [];
  return z.array(SharedAccount).parse(JSON.parse(FTP_SHARED_ACCOUNTS));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
