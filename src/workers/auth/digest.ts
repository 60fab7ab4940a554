// Digests of random secrets, and comparison that takes the same time wherever the difference is.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const SECRET_BYTES = 32;

/** 256 random bits as base64url. */
export const randomSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** Plain SHA-256: enough for secrets that are random, never for passwords that people choose. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

export function sameText(a: string, b: string): boolean {
  // Digests, so that a difference in length does not show either.
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}
