// What a charger says when it knocks: identity, subprotocols, Basic credentials. Pure, and tolerant of what real
// chargers and their installers write into the URL. Deciding about it is done elsewhere.

import { VERSIONS, type Version, type VersionRow } from "../ocpp/versions.ts";
import { type ClientCertificate, readClientCertificate } from "./client-certificate.ts";

export interface Handshake {
  /** As the charger spells it. */
  identity: string;
  /** Lower case: the name of its actor and its key in D1. */
  key: string;
  /** As offered, trimmed, empty items left out. */
  offered: string[];
  /** The bytes after `Basic `, decoded; undefined without such a header. */
  credentials: Uint8Array | undefined;
  isSecure: boolean;
  /** As the edge verified it; undefined: none was presented. */
  clientCertificate: ClientCertificate | undefined;
  ip: string | undefined;
  userAgent: string | undefined;
}

/** Installers type slashes too many, also before the path. */
const CHARGER_PATH = /^\/+ws\/+ocpp\//;

export const isChargerPath = (pathname: string): boolean => CHARGER_PATH.test(pathname);

const MAX_IDENTITY = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f]/;

/** @returns undefined if the URL names no charger */
export function readHandshake(request: Request): Handshake | undefined {
  const url = new URL(request.url);
  const identity = identityOf(url.pathname);
  if (identity === undefined) return undefined;
  return {
    identity,
    key: identity.toLowerCase(),
    offered: (request.headers.get("sec-websocket-protocol") ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
    credentials: basicCredentials(request.headers.get("authorization")),
    isSecure: url.protocol === "https:" || url.protocol === "wss:",
    clientCertificate: readClientCertificate(request.cf),
    ip: request.headers.get("cf-connecting-ip") ?? undefined,
    userAgent: request.headers.get("user-agent") ?? undefined,
  };
}

/** The last segment, decoded once: some chargers append the whole URL, double the slashes or end with one. */
function identityOf(pathname: string): string | undefined {
  const segment = pathname
    .replace(CHARGER_PATH, "")
    .split("/")
    .filter((part) => part !== "")
    .at(-1);
  if (segment === undefined) return undefined;
  let identity: string;
  try {
    identity = decodeURIComponent(segment).trim();
  } catch {
    // A lone percent sign: meant literally.
    identity = segment;
  }
  return identity === "" || identity.length > MAX_IDENTITY || UNPRINTABLE.test(identity) ? undefined : identity;
}

export interface Agreement {
  row: VersionRow;
  /** What to echo, exactly as offered; undefined where nothing was offered. */
  subprotocol: string | undefined;
}

/** The pinned version if it is offered, else the first of ours that is; without any offer the pin or 1.6. */
export function agreeOnVersion(offered: readonly string[], pinned: Version | null): Agreement | undefined {
  const pin = VERSIONS.find((row) => row.version === pinned);
  if (offered.length === 0) {
    const row = pin ?? VERSIONS.find(({ version }) => version === "1.6");
    return row && { row, subprotocol: undefined };
  }
  for (const row of pin === undefined ? VERSIONS : [pin, ...VERSIONS]) {
    const subprotocol = offered.find((item) => item.toLowerCase() === row.subprotocol);
    if (subprotocol !== undefined) return { row, subprotocol };
  }
  return undefined;
}

function basicCredentials(header: string | null): Uint8Array | undefined {
  const [, encoded] = /^basic\s+(\S+)\s*$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
