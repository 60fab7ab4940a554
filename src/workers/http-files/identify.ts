// The credentials at the doors for files -> whose folder, and what may be done there. Chargers come with Basic, people
// and machines with what opens the REST API, the FTP bridge with its token and the account that it acts for.
import { Buffer } from "node:buffer";
import type { Context, MiddlewareHandler } from "hono";
import { caseKey } from "../../db/case-key.ts";
import { fail, ok, type Result } from "../../result.ts";
import { identify } from "../auth/authenticate.ts";
import { sameText } from "../auth/digest.ts";
import { clientAddress } from "../auth/sign-in-limit.ts";
import type { AppEnv } from "../context.ts";
import { accountCaller } from "../files/accounts.ts";
import { type Caller, may, type Permission, principalCaller } from "../files/caller.ts";
import { signInCharger, UNKNOWN } from "../files/charger-sign-in.ts";
import type { FileFailure } from "../files/failure.ts";
import { problem } from "../problems.ts";
import { findChargePoint, unknownChargePoint } from "../routes/charge-point-lookup.ts";

/** The account that the bridge acts for, as it was told at the sign-in. */
const ACCOUNT_HEADER = "ov2x-account";

/** Lets only those pass who may do this in the folder that they come to. */
export function requirePermission(permission: Permission): MiddlewareHandler<AppEnv> {
  return async function requirePermission(c, next) {
    const caller = await identifyCaller(c);
    if (!caller.ok) return refuse(c, caller.error);
    if (!may(caller.value, permission)) {
      return problem(c, { reason: "forbidden", detail: `This needs the permission ${permission}.` });
    }
    c.set("caller", caller.value);
    return next();
  };
}

/** Without Basic in the challenge, curl and many chargers would not send what they have. */
export function refuse<Extensions extends object>(c: Context<AppEnv>, failure: FileFailure & Extensions) {
  const response = problem(c, failure);
  if (response.status === 401) {
    response.headers.set(
      "www-authenticate",
      'Basic realm="ov2x-edge files", charset="UTF-8", Bearer realm="ov2x-edge"',
    );
  }
  return response;
}

export function isBridge(c: Context<AppEnv>): boolean {
  const { FTP_BRIDGE_TOKEN } = c.env;
  const [scheme, credential] = authorization(c);
  // An unset token must never be a token.
  return scheme === "bearer" && Boolean(FTP_BRIDGE_TOKEN) && sameText(credential, FTP_BRIDGE_TOKEN ?? "");
}

export async function identifyCaller(c: Context<AppEnv>): Promise<Result<Caller, FileFailure>> {
  if (isBridge(c)) {
    const caller = await accountCaller(c.env, c.req.header(ACCOUNT_HEADER) ?? "");
    return caller === undefined ? fail(UNKNOWN) : ok(caller);
  }
  const [scheme, credential] = authorization(c);
  if (scheme === "basic") {
    return signInCharger(c.env, {
      credentials: Buffer.from(credential, "base64"),
      isSecure: new URL(c.req.url).protocol === "https:",
      address: clientAddress(c.req.raw.headers),
      userAgent: c.req.header("user-agent"),
    });
  }
  const key = scheme === "bearer" ? credential : c.req.header("x-api-key");
  const principal = key ? await identify(c.env, key) : undefined;
  if (principal === undefined) return fail(UNKNOWN);
  c.set("principal", principal);
  const id = c.req.query("chargePointId");
  if (id === undefined) return ok(principalCaller(principal, undefined));
  if (principal.role === "driver") return fail({ reason: "forbidden", detail: "Drivers have no files." });
  const row = await findChargePoint(c.env, id);
  return row === undefined ? fail(unknownChargePoint(id)) : ok(principalCaller(principal, caseKey(row.key)));
}

function authorization(c: Context<AppEnv>): [scheme: string, credential: string] {
  const [, scheme = "", credential = ""] = /^(\S+)\s+(\S+)\s*$/.exec(c.req.header("authorization") ?? "") ?? [];
  return [scheme.toLowerCase(), credential];
}
