// Addresses that carry their own permission: for one upload of one charge point, or for downloading one file. They
// hold what they allow and a keyed hash over it, so nothing has to be stored to make one.
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { caseKey } from "../../db/case-key.ts";
import { FILE_KINDS } from "../../db/schema.ts";
import { sha256 } from "../auth/digest.ts";

type TokenEnv = Pick<Env, "JWT_SECRET">;

/** 128 bits: short, because some chargers hold no more than 255 characters of an address. */
const MAC_BYTES = 16;

/** A token for one purpose is none for another. */
type Purpose = "file-upload" | "file-download";

const UploadGrant = z.object({
  chargePointId: z.string().min(1),
  /** Epoch milliseconds. */
  expiresAt: z.number(),
  jobId: z.string().nullable(),
  commandId: z.string().nullable(),
  kind: z.enum(FILE_KINDS),
});
export type UploadGrant = z.infer<typeof UploadGrant>;

interface NewUploadToken {
  /** The OCPP identity, in any case. */
  chargePointId: string;
  jobId?: string | null;
  commandId?: string | null;
  kind?: UploadGrant["kind"];
  expiresAt: Date;
}

/**
 * For one file of one charge point: the first complete upload uses it up.
 *
 * @returns what goes into `/http/upload/t/<token>/<name>`
 */
export function createUploadToken(
  env: TokenEnv,
  { chargePointId, jobId = null, commandId = null, kind = "upload", expiresAt }: NewUploadToken,
): string {
  const parts = [chargePointId, seconds(expiresAt), jobId ?? "", commandId ?? "", kind];
  return sealed(env, "file-upload", parts);
}

/** @returns undefined for what is no token of ours, or no longer */
export function readUploadToken(env: TokenEnv, token: string): UploadGrant | undefined {
  const [chargePointId = "", until = "", jobId, commandId, kind] = opened(env, "file-upload", token) ?? [];
  const grant = UploadGrant.safeParse({
    chargePointId: caseKey(chargePointId),
    expiresAt: Number(until) * 1000,
    jobId: jobId || null,
    commandId: commandId || null,
    kind,
  });
  return grant.success && grant.data.expiresAt > Date.now() ? grant.data : undefined;
}

/** How a token is remembered once it was used. */
export const tokenDigest = (token: string): string => sha256(token);

interface NewDownloadLink {
  fileId: string;
  /** What the last part of the address says; the token alone decides. */
  name: string;
  expiresAt: Date;
}

/** @returns the path below the deployment's origin */
export function createDownloadLink(env: TokenEnv, { fileId, name, expiresAt }: NewDownloadLink): string {
  const token = sealed(env, "file-download", [fileId, seconds(expiresAt)]);
  return `/http/files/s/${token}/${encodeURIComponent(name)}`;
}

/** @returns the id of the file that it is for */
export function readDownloadToken(env: TokenEnv, token: string): string | undefined {
  const [fileId, until = ""] = opened(env, "file-download", token) ?? [];
  return Number(until) * 1000 > Date.now() ? fileId : undefined;
}

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));

function sealed(env: TokenEnv, purpose: Purpose, parts: readonly string[]): string {
  const body = Buffer.from(parts.join("\n"));
  return Buffer.concat([mac(env, purpose, body), body]).toString("base64url");
}

function opened(env: TokenEnv, purpose: Purpose, token: string): string[] | undefined {
  const bytes = Buffer.from(token, "base64url");
  // What decodes to the same bytes is not the same token: of a used one there must be no second spelling.
  if (bytes.length <= MAC_BYTES || bytes.toString("base64url") !== token) return undefined;
  const body = bytes.subarray(MAC_BYTES);
  if (!timingSafeEqual(mac(env, purpose, body), bytes.subarray(0, MAC_BYTES))) return undefined;
  return body.toString().split("\n");
}

const mac = ({ JWT_SECRET }: TokenEnv, purpose: Purpose, body: Uint8Array): Buffer =>
  createHmac("sha256", JWT_SECRET).update(`${purpose}\n`).update(body).digest().subarray(0, MAC_BYTES);
