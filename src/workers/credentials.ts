// Chargers' Basic passwords: keys are random and long, so a keyed hash is enough, and a reconnect wave stays cheap.
// A password is bytes: installers type a hex key where the charger sends its raw bytes, and the reverse.

const encoder = new TextEncoder();

/** 20 bytes as 40 hex digits: what OCPP 1.6's AuthorizationKey takes, and within 2.x's 16 to 40 characters. */
export function newPassword(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(20)));
}

/** Digests of all spellings under which this password is accepted, for storing. */
export async function hashPassword(secret: string, identity: string, password: string): Promise<string[]> {
  return digests(secret, identity, encoder.encode(password));
}

/**
 * @param credentials the decoded Basic header: user name, colon, password
 * @param usernames accepted user names; compared without case
 * @returns the password's verdict in constant time with regard to the stored digests
 */
export async function checkCredentials(
  secret: string,
  identity: string,
  credentials: Uint8Array,
  usernames: readonly string[],
  stored: readonly string[],
): Promise<"ok" | "wrong_username" | "wrong_password"> {
  const text = new TextDecoder("latin1").decode(credentials).toLowerCase();
  // Not split at the first colon: an identity may hold one.
  const username = usernames.find((name) => text.startsWith(`${toLatin1(name).toLowerCase()}:`));
  if (username === undefined) return "wrong_username";
  const password = credentials.subarray(encoder.encode(username).length + 1);
  const presented = await digests(secret, identity, password);
  return matchesAny(presented, stored) ? "ok" : "wrong_password";
}

async function digests(secret: string, identity: string, password: Uint8Array): Promise<string[]> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const prefix = encoder.encode(`${identity.toLowerCase()}\n`);
  const spellings = [password, ...hexDecoded(password)];
  return Promise.all(
    spellings.map(async (bytes) => toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(prefix, bytes))))),
  );
}

function matchesAny(presented: readonly string[], stored: readonly string[]): boolean {
  let matches = false;
  for (const a of presented) {
    for (const b of stored) {
      const [left, right] = [encoder.encode(a), encoder.encode(b)];
      if (left.byteLength === right.byteLength && crypto.subtle.timingSafeEqual(left, right)) matches = true;
    }
  }
  return matches;
}

/** The bytes that a hex text stands for, if it is one. */
function hexDecoded(password: Uint8Array): Uint8Array[] {
  const text = new TextDecoder("latin1").decode(password);
  if (text.length < 2 || text.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(text)) return [];
  return [Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))];
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const toLatin1 = (text: string): string => new TextDecoder("latin1").decode(encoder.encode(text));

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
