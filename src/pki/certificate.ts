// X.509 certificates as we need them: who they name, how they are told apart, and OCPP's hash data. Parses, never verifies.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Certificate, type RelativeDistinguishedNames } from "pkijs";
import { fromPem, toPem } from "./pem.ts";

/** OCPP's CertificateHashDataType, the same in every version. */
export interface CertificateHashData {
  hashAlgorithm: "SHA256" | "SHA384" | "SHA512";
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

export interface CertificateSummary {
  subject: string;
  issuer: string;
  /** Hexadecimal, upper case. */
  serialNumber: string;
  /** SHA-256 of the DER form, hexadecimal. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

const NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.25": "DC",
};

/** The certificates of a PEM text in the order sent; undefined if one of them is unreadable or there is none. */
export function readCertificates(pem: string): Certificate[] | undefined {
  try {
    const certificates = fromPem(pem, /^(X509 |TRUSTED )?CERTIFICATE$/).map((der) => Certificate.fromBER(der));
    return certificates.length === 0 ? undefined : certificates;
  } catch {
    // What is no DER is thrown at: to the caller it is simply no certificate.
    return undefined;
  }
}

export const certificatePem = (certificate: Certificate): string => toPem("CERTIFICATE", derOf(certificate));

export const derOf = (certificate: Certificate): ArrayBuffer => certificate.toSchema(true).toBER(false);

export function summarize(certificate: Certificate): CertificateSummary {
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    serialNumber: serialOf(certificate),
    fingerprint: digest("sha256", derOf(certificate)),
    notBefore: certificate.notBefore.value,
    notAfter: certificate.notAfter.value,
  };
}

/** The values of one attribute of a name, e.g. `attributes(subject, "CN")`. */
export function attributes(name: RelativeDistinguishedNames, short: string): string[] {
  return name.typesAndValues.filter(({ type }) => NAMES[type] === short).map(({ value }) => value.valueBlock.value);
}

/** `CN=CP1, O=Acme`, in the order of the certificate. */
export function nameText(name: RelativeDistinguishedNames): string {
  return name.typesAndValues.map(({ type, value }) => `${NAMES[type] ?? type}=${value.valueBlock.value}`).join(", ");
}

/**
 * How OCPP names a certificate (RFC 6960 CertID). The issuer's key comes from the issuer's certificate: for a root it
 * is its own. Source: OCPP 2.0.1 part 2, CertificateHashDataType.
 */
export function hashData(certificate: Certificate, issuer: Certificate = certificate): CertificateHashData {
  return {
    hashAlgorithm: "SHA256",
    issuerNameHash: digest("sha256", certificate.issuer.toSchema().toBER(false)),
    issuerKeyHash: digest("sha256", issuer.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
    // Without leading zeros, as the specification demands.
    serialNumber: serialOf(certificate)
      .replace(/^0+(?=.)/, "")
      .toLowerCase(),
  };
}

/** Equal hash data may differ in case and in leading zeros: chargers spell it as they like. */
export function hashDataKey({
  hashAlgorithm,
  issuerNameHash,
  issuerKeyHash,
  serialNumber,
}: CertificateHashData): string {
  const serial = serialNumber.replace(/^0x/i, "").replace(/^0+(?=.)/, "");
  return [hashAlgorithm, issuerNameHash, issuerKeyHash, serial].join(":").toLowerCase();
}

const serialOf = (certificate: Certificate): string =>
  Buffer.from(certificate.serialNumber.valueBlock.valueHexView).toString("hex").toUpperCase();

const digest = (algorithm: string, data: ArrayBuffer | Uint8Array): string =>
  createHash(algorithm)
    .update(data instanceof Uint8Array ? data : new Uint8Array(data))
    .digest("hex");
