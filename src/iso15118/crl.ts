// Looking a certificate up in a certificate revocation list. Source: RFC 5280, section 5.
import { CertificateRevocationList } from "pkijs";
import type { ChainStatus } from "../ocpp/iso15118.ts";
import { fetchBytes } from "./fetch-bytes.ts";

/** Throws where the list cannot be fetched or read. */
export async function askCrl(
  serialNumber: string,
  url: string,
  allowed: readonly string[],
): Promise<Pick<ChainStatus, "status" | "nextUpdate">> {
  const list = CertificateRevocationList.fromBER(await fetchBytes(url, {}, allowed));
  const nextUpdate = list.nextUpdate?.value.getTime() ?? Date.now();
  if (list.nextUpdate !== undefined && nextUpdate < Date.now()) throw new Error("the list is out of date");
  const isListed = (list.revokedCertificates ?? []).some(
    ({ userCertificate }) => digits(hex(userCertificate.valueBlock.valueHexView)) === digits(serialNumber),
  );
  return { status: isListed ? "Revoked" : "Good", nextUpdate };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const digits = (serial: string): string => serial.toLowerCase().replace(/^(0x)?0*/, "");
