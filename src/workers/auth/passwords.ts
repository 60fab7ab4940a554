// People's passwords: stretched with scrypt and kept in PHC string form. Never compared in clear.
import { Buffer } from "node:buffer";
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** N = 2^14, r = 8, p = 5: what OWASP lists for 16 MiB of memory, which fits a Worker many times over. */
const LOG2_N = 14;
const BLOCK_SIZE = 8;
const PARALLELISM = 5;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

interface Stretching {
  ln: number;
  r: number;
  p: number;
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await stretch(password, salt, HASH_BYTES, { ln: LOG2_N, r: BLOCK_SIZE, p: PARALLELISM });
  return `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** `phc` undefined: there is no such user. It takes as long as a wrong password, and is never right. */
export async function verifyPassword(password: string, phc: string | undefined): Promise<boolean> {
  const parts = phc === undefined ? null : PHC.exec(phc);
  const [, ln, r, p, salt = "", expected = ""] = parts ?? [];
  if (!parts) {
    await stretch(password, Buffer.alloc(SALT_BYTES), HASH_BYTES, { ln: LOG2_N, r: BLOCK_SIZE, p: PARALLELISM });
    return false;
  }
  const hash = Buffer.from(expected, "base64");
  const stretching = { ln: Number(ln), r: Number(r), p: Number(p) };
  return timingSafeEqual(hash, await stretch(password, Buffer.from(salt, "base64"), hash.length, stretching));
}

function stretch(password: string, salt: Uint8Array, bytes: number, { ln, r, p }: Stretching): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
