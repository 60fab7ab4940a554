// The bytes of OCPP's hashes and serial numbers.
import { Buffer } from "node:buffer";

/** Hexadecimal is what the specification means; some send base64. */
export function bytesOf(text: string): ArrayBuffer {
  const digits = text.trim().replace(/^0x/i, "");
  const hex = /^[0-9a-f]+$/i.test(digits) ? Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex") : null;
  return Uint8Array.from(hex ?? Buffer.from(digits, "base64")).buffer;
}
