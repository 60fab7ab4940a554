// Basic credentials of a charger, for its files. Strangers learn nothing: whatever is wrong, the answer is the same,
// and an identity that nobody registered is asked the same questions as any other. Operators see the reason among the
// refused connections.
import { inArray, sql } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { chargePoints } from "../../db/schema.ts";
import type { RefusalReason } from "../../durable-objects/charge-point/admit.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { fail, ok, type Result } from "../../result.ts";
import { SignInLimit } from "../auth/sign-in-limit.ts";
import { recordAttempt } from "../connection-attempts.ts";
import { type Caller, chargerCaller } from "./caller.ts";
import type { FileFailure } from "./failure.ts";

export interface ChargerSignIn {
  /** The decoded Basic header: user name, colon, password. */
  credentials: Uint8Array;
  isSecure: boolean;
  /** As from `clientAddress`. */
  address: string;
  userAgent: string | undefined;
}

/** A user name that installers gave to several chargers: more than that are not tried. */
const MAX_CANDIDATES = 5;
const MAX_IDENTITY = 255;

export const UNKNOWN: FileFailure<"unauthenticated"> = {
  reason: "unauthenticated",
  detail: "Send the credentials of the charge point, or use the address that you were given.",
};

const AWAY: FileFailure<"unavailable"> = {
  reason: "unavailable",
  detail: "Nobody can be asked who this is. Try again later.",
};

export async function signInCharger(env: Env, attempt: ChargerSignIn): Promise<Result<Caller, FileFailure>> {
  const names = usernamesIn(attempt.credentials);
  const [first] = names;
  if (first === undefined) return fail(UNKNOWN);
  // Under a name of its own: a charger that fails must keep nobody from the REST API.
  const limit = new SignInLimit(database(env), `charger:${caseKey(first)}`, attempt.address, "name only");
  const wait = await limit.secondsToWait();
  if (wait > 0) return fail(tooMany(wait));
  let refused: RefusalReason = "unknown_charge_point";
  const keys = await candidates(env, names);
  for (const key of keys.length > 0 ? keys : [caseKey(first)]) {
    const proof = await chargePointOf(env, key).proveCredentials(attempt.credentials);
    if (proof.ok) {
      const { identity, securityProfile } = proof.value;
      if (securityProfile >= 2 && !attempt.isSecure) {
        await record(env, attempt, identity, "insecure_transport");
        return fail({ reason: "forbidden", detail: "Its security profile demands an encrypted connection." });
      }
      await limit.succeeded();
      return ok(chargerCaller(identity, key));
    }
    if (proof.error === "registry_unavailable") return fail(AWAY);
    refused = proof.error;
  }
  await record(env, attempt, first, refused);
  const late = await limit.failed();
  return fail(late > 0 ? tooMany(late) : UNKNOWN);
}

export const tooMany = (retryAfter: number): FileFailure => ({
  reason: "too_many_requests",
  detail: "Too many failed attempts.",
  retryAfter,
});

/** Everything before a colon, the shortest first: an identity may hold colons, and so may a password. */
function usernamesIn(credentials: Uint8Array): string[] {
  const text = new TextDecoder().decode(credentials);
  const ends = [...text.matchAll(/:/g)].map(({ index }) => index);
  return ends
    .map((end) => text.slice(0, end))
    .filter((name) => name !== "" && name.length <= MAX_IDENTITY)
    .slice(0, MAX_CANDIDATES);
}

/** The charge points that such a user name may mean: by identity, or by the name that an operator gave them. */
async function candidates(env: Env, names: readonly string[]): Promise<string[]> {
  const lower = names.map(caseKey);
  const db = database(env);
  const columns = { key: chargePoints.key };
  const [byIdentity, byUsername] = await db.batch([
    db.select(columns).from(chargePoints).where(inArray(chargePoints.key, lower)),
    db
      .select(columns)
      .from(chargePoints)
      .where(inArray(sql`lower(${chargePoints.credentialUsername})`, lower))
      .limit(MAX_CANDIDATES),
  ]);
  return [...new Set([...byIdentity, ...byUsername].map(({ key }) => key))];
}

async function record(env: Env, attempt: ChargerSignIn, identity: string, reason: RefusalReason): Promise<void> {
  const handshake = {
    ...{ key: caseKey(identity), identity, offered: [] },
    ...{ ip: attempt.address, userAgent: attempt.userAgent },
  };
  await recordAttempt(env.DB, { handshake, reason: `file_${reason}`, detail: "it asked for files", times: 1 });
}
