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
    .sign(signingKey(env));
}

/** Whose a valid token is; undefined for anything else. */
export async function verifyAccessToken(env: Pick<Env, "JWT_SECRET">, token: string): Promise<Bearer | undefined> {
  try {
    const { payload } = await jwtVerify(token, signingKey(env), {
      // Pinned: the token's own header must not choose how it is checked.
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ["sub", "exp"],
    });
    const { sub, sid } = payload;
    return sub === undefined ? undefined : { userId: sub, sessionId: typeof sid === "string" ? sid : undefined };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function signingKey({ JWT_SECRET }: Pick<Env, "JWT_SECRET">): Uint8Array {
  const key = new TextEncoder().encode(JWT_SECRET);
  // Signing with a guessable key would be worse than not starting.
  if (key.length < MIN_SECRET_BYTES) throw new Error(`JWT_SECRET must have at least ${MIN_SECRET_BYTES} bytes`);
  return key;
}
