// Secrets at rest: AES-GCM under a key derived from the deployment's own secret, so that a copy of the database alone
// gives nothing away.
import { Buffer } from "node:buffer";

const encoder = new TextEncoder();
const NONCE_BYTES = 12;

/** @param purpose separates the keys of different uses */
export async function seal(secret: string, purpose: string, plain: Uint8Array): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(secret, purpose), plain);
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString("base64");
}

/** Throws if the secret or the purpose is another one, or if the text was changed. */
export async function unseal(secret: string, purpose: string, sealed: string): Promise<ArrayBuffer> {
  const bytes = Buffer.from(sealed, "base64");
  const [iv, body] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(secret, purpose), body);
}

async function keyOf(secret: string, purpose: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(purpose) };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
