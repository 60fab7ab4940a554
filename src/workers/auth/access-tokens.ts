// Access tokens: short-lived JWTs that say who, never what they may do (the role is read with each request).
import { errors, jwtVerify, SignJWT } from "jose";

export const ACCESS_TOKEN_TTL_SECONDS = 15 * 60;

const ALGORITHM = "HS256";
const ISSUER = "ov2x-edge";
const AUDIENCE = "ov2x-edge/api";
/** HS256 wants a key as long as its digest (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32;

export interface Bearer {
  userId: string;
  /** The sign-in that it came of; undefined: none that can be listed. */
  sessionId: string | undefined;
}

export async function issueAccessToken(
  env: Pick<Env, "JWT_SECRET">,
  userId: string,
  sessionId?: string,
): Promise<string> {
  return new SignJWT(sessionId === undefined ? {} : { sid: sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
    .setSubject(userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${ACCESS_TOKEN_TTL_SECONDS}s`)
    .sign(await signingKey(env));
}

/** Whose a valid token is; undefined for anything else. */
export async function verifyAccessToken(env: Pick<Env, "JWT_SECRET">, token: string): Promise<Bearer | undefined> {
  const key = await signingKey(env);
  const known = proven.get(token);
  if (known !== undefined && Date.now() < known.until) return known.bearer;
  try {
    const { payload } = await jwtVerify(token, key, {
      // Pinned: the token's own header must not choose how it is checked.
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["sub", "exp"],
    });
    const { sub, sid, exp = 0 } = payload;
    if (sub === undefined) return undefined;
    const bearer = { userId: sub, sessionId: typeof sid === "string" ? sid : undefined };
    remember(token, { bearer, until: exp * 1000 });
    return bearer;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Tokens whose signature was found right: that stays so, and a console shows its own many times a minute. */
const proven = new Map<string, { bearer: Bearer; until: number }>();
const MOST_PROVEN = 500;

function remember(token: string, found: { bearer: Bearer; until: number }): void {
  proven.set(token, found);
  const [oldest] = proven.keys();
  if (proven.size > MOST_PROVEN && oldest !== undefined) proven.delete(oldest);
}

/** Of this isolate: to import it takes as long as to check a token with it. */
let imported: { secret: string; key: CryptoKey } | undefined;

async function signingKey({ JWT_SECRET: secret }: Pick<Env, "JWT_SECRET">): Promise<CryptoKey> {
  if (imported?.secret === secret) return imported.key;
  const bytes = new TextEncoder().encode(secret);
  // Signing with a guessable key would be worse than not starting.
  if (bytes.length < MIN_SECRET_BYTES) throw new Error(`JWT_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  proven.clear();
  imported = { secret, key };
  return key;
}
