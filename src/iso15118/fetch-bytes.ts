// Asking other hosts on a charger's behalf. The address comes from a certificate, that is from anybody: only public
// hosts are asked, briefly, and never for more than a certificate authority has to say.
const TIMEOUT_MS = 6_000;
const MAX_BYTES = 4 * 1024 * 1024;
const PRIVATE_HOST =
  /^(localhost|.*\.(localhost|local|internal)|0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/i;

/** @param allowed hosts that may be asked whatever they are; with any listed, no others are. Throws on failure. */
export async function fetchBytes(url: string, init: RequestInit, allowed: readonly string[]): Promise<Uint8Array> {
  const target = checked(url, allowed);
  // A redirect could lead to a host that was not checked.
  const response = await fetch(target, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${target.host} answered ${response.status}`);
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES)
    throw new Error(`${target.host} answered too much`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength > MAX_BYTES) throw new Error(`${target.host} answered too much`);
  return bytes;
}

function checked(url: string, allowed: readonly string[]): URL {
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) throw new Error(`${url.slice(0, 200)} is no http address`);
  const isListed = allowed.includes(target.host.toLowerCase());
  if (allowed.length > 0 ? !isListed : PRIVATE_HOST.test(target.hostname)) {
    throw new Error(`${target.host} is not a host that may be asked`);
  }
  return target;
}

/** OCSP_RESPONDERS: hosts, separated by commas or spaces. */
export const hostsOf = (setting: string): string[] =>
  setting
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== "");
