/** What OCPP identifies a certificate by. Node reads certificates but not their raw names, so a little DER is read here. */
import { createHash, X509Certificate } from "node:crypto";

export interface CertificateHash {
  hashAlgorithm: "SHA256" | "SHA384" | "SHA512";
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

interface Element {
  tag: number;
  /** Header included. */
  whole: Buffer;
  content: Buffer;
}

const VERSION_TAG = 0xa0;

/** Undefined when the text is no certificate. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Of a root, whose issuer is itself: hence the issuer's key is its own. */
export function hashRoot(
  certificate: X509Certificate,
  hashAlgorithm: CertificateHash["hashAlgorithm"],
): CertificateHash {
  const [tbs] = children(children(certificate.raw)[0]?.content);
  const fields = children(tbs?.content).filter(({ tag }) => tag !== VERSION_TAG);
  // serial, signature, issuer, validity, subject, key
  const issuer = fields[2]?.whole ?? Buffer.alloc(0);
  const keyBits = children(fields[5]?.content)[1]?.content ?? Buffer.alloc(0);
  const hash = (data: Buffer) => createHash(hashAlgorithm).update(data).digest("hex");
  return {
    hashAlgorithm,
    issuerNameHash: hash(issuer),
    // The first byte of a bit string counts its unused bits; it is no part of the key.
    issuerKeyHash: hash(keyBits.subarray(1)),
    serialNumber: certificate.serialNumber.toLowerCase().replace(/^0+(?=.)/, ""),
  };
}

/** Whether a root is the one that a CSMS means. */
export function isRoot(certificate: X509Certificate, wanted: CertificateHash): boolean {
  const hash = hashRoot(certificate, wanted.hashAlgorithm);
  return (
    hash.issuerNameHash === wanted.issuerNameHash.toLowerCase() &&
    hash.issuerKeyHash === wanted.issuerKeyHash.toLowerCase() &&
    hash.serialNumber === wanted.serialNumber.toLowerCase()
  );
}

function children(data: Buffer | undefined): Element[] {
  const elements: Element[] = [];
  for (let rest = data ?? Buffer.alloc(0); rest.length > 1; ) {
    const element = read(rest);
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

function read(data: Buffer): Element {
  const first = data.readUInt8(1);
  const longBytes = first & 0x80 ? first & 0x7f : 0;
  const header = 2 + longBytes;
  const length = longBytes ? data.readUIntBE(2, longBytes) : first;
  return {
    tag: data.readUInt8(0),
    whole: data.subarray(0, header + length),
    content: data.subarray(header, header + length),
  };
}
