// Signatures by Standard Webhooks 1.0: HMAC-SHA-256 over id, timestamp and body, under a secret that both sides know.
import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";

const MARK = "whsec_";
const SECRET_BYTES = 32;

export const newSecret = (): string => MARK + randomBytes(SECRET_BYTES).toString("base64");

export interface Signed {
  id: string;
  /** Seconds since the epoch. */
  timestamp: number;
  body: string;
}

/** One signature for each secret: while a secret is being replaced, both are good. */
export function signatureHeaders({ id, timestamp, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(MARK.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
