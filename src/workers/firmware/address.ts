// Addresses of ours that a charger uploads to or downloads from: by what it can do, with the permission in them.
import { fail, ok, type Result } from "../../result.ts";
import { createDownloadLink, createUploadToken } from "../files/tokens.ts";

export type Protocol = "http" | "ftp";

export interface Reach {
  /** By name in upper case, as the charger told; null: unknown. */
  supported: readonly string[] | null;
  /** What the operator says; null: what the charger supports. */
  wanted: Protocol | null;
  /** Where the operator reached the deployment. */
  origin: string;
}

type AddressEnv = Pick<Env, "PUBLIC_URL" | "FTP_PUBLIC_URL" | "JWT_SECRET">;

/** Without a trailing slash. */
interface Base {
  protocol: Protocol;
  url: string;
}

/** Schemes as OCPP names them. */
const schemeOf = (url: string): string => new URL(url).protocol.slice(0, -1).toUpperCase();

/** Where the file goes to or comes from. In the error case: why there is no such place. */
export function baseOf(env: AddressEnv, { supported, wanted, origin }: Reach): Result<Base, string> {
  const http: Base = { protocol: "http", url: bare(env.PUBLIC_URL || origin) };
  const ftp: Base | undefined =
    env.FTP_PUBLIC_URL === "" ? undefined : { protocol: "ftp", url: bare(env.FTP_PUBLIC_URL) };
  if (wanted === "http") return ok(http);
  if (wanted === "ftp") return ftp === undefined ? fail("FTP_PUBLIC_URL is not set: there is no FTP here") : ok(ftp);
  if (supported === null) return ok(http);
  const known = ftp === undefined ? [http] : [http, ftp];
  const fit = known.find(({ url }) => supported.includes(schemeOf(url)));
  if (fit !== undefined) return ok(fit);
  const offered = known.map(({ url }) => schemeOf(url)).join(" and ");
  return fail(`the charge point moves files by ${supported.join(", ")} only, and there is ${offered} here`);
}

const bare = (url: string): string => url.replace(/\/+$/, "");

interface Grant {
  chargePointId: string;
  jobId: string;
  kind: "log" | "diagnostics" | "firmware";
  expiresAt: Date;
}

/** A folder: the charger chooses the name. */
export function uploadAddress(env: AddressEnv, base: Base, grant: Grant): string {
  const token = createUploadToken(env, grant);
  return base.protocol === "http" ? `${base.url}/http/upload/t/${token}/` : `${signedIn(base, grant, token)}/`;
}

export function downloadAddress(env: AddressEnv, base: Base, grant: Grant, file: { id: string; name: string }): string {
  const { expiresAt } = grant;
  if (base.protocol === "http")
    return base.url + createDownloadLink(env, { fileId: file.id, name: file.name, expiresAt });
  return `${signedIn(base, grant, createUploadToken(env, grant))}/firmware/${encodeURIComponent(file.name)}`;
}

/** Chargers' own passwords are not known here: the permission stands in for one. */
function signedIn({ url }: Base, { chargePointId }: Grant, token: string): string {
  const address = new URL(url);
  address.username = chargePointId;
  address.password = token;
  return bare(address.href);
}
