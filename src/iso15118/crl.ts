// Looking a certificate up in a certificate revocation list. Source: RFC 5280, section 5.
import { type Certificate, CertificateRevocationList } from "pkijs";
import type { HashData } from "../ocpp/iso15118.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import { issuerOf } from "./issuer.ts";
import type { Told } from "./ocsp.ts";

/**
 * Throws where the list cannot be fetched or read, is out of date, or was signed with a foreign key.
 * @param issuers certificates among which the issuer may be: only if it is, the signature can be verified here
 */
export async function askCrl(
  certificate: HashData,
  url: string,
  allowed: readonly string[],
  issuers: readonly Certificate[],
): Promise<Told> {
  const list = CertificateRevocationList.fromBER(await fetchBytes(url, {}, allowed));
  const nextUpdate = list.nextUpdate?.value.getTime() ?? Date.now();
  if (list.nextUpdate !== undefined && nextUpdate < Date.now()) throw new Error("the list is out of date");
  const issuer = issuerOf(certificate, issuers);
  if (issuer !== undefined && !(await isSignedBy(list, issuer)))
    throw new Error("the signature of the list does not verify");
  const isListed = (list.revokedCertificates ?? []).some(
    ({ userCertificate }) => digits(hex(userCertificate.valueBlock.valueHexView)) === digits(certificate.serialNumber),
  );
  return { status: isListed ? "Revoked" : "Good", nextUpdate, isVerified: issuer !== undefined };
}

/** A list of another issuer is thrown at. */
async function isSignedBy(list: CertificateRevocationList, issuerCertificate: Certificate): Promise<boolean> {
  try {
    return await list.verify({ issuerCertificate });
  } catch {
    return false;
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const digits = (serial: string): string => serial.toLowerCase().replace(/^(0x)?0*/, "");
