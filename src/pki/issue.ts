// Making certificates: a self-signed root, and leaves under it. Everything that a verifier looks at is set here.
import { Set as Asn1Set, BitString, Integer, OctetString, Sequence, Utf8String } from "asn1js";
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  type PublicKeyInfo,
  RelativeDistinguishedNames,
  RSAPublicKey,
  Time,
} from "pkijs";

export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const HASH = "SHA-256";
const DAY_MS = 86_400_000;
/** Chargers' clocks are behind: a certificate that is not valid yet would be refused. */
const BACKDATED_MS = DAY_MS;

const OID = {
  commonName: "2.5.4.3",
  organisation: "2.5.4.10",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

export const EXTENDED_USE = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
} as const;

/** Bits of KeyUsage, the first one leftmost. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_ENCIPHERMENT = 0x20;
const KEY_AGREEMENT = 0x08;
const CERT_AND_CRL_SIGN = 0x06;

export interface Names {
  commonName: string;
  organisation?: string;
}

export interface Issuer {
  certificate: Certificate;
  privateKey: CryptoKey;
}

export async function generateKeys(): Promise<CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  if ("privateKey" in keys) return keys;
  throw new Error("an ECDSA key is a pair");
}

/** A certificate authority; without an issuer its own root. */
export async function issueAuthority(
  name: Names,
  keys: CryptoKeyPair,
  validDays: number,
  issuer?: Issuer,
): Promise<Certificate> {
  const certificate = blank(validDays);
  certificate.subject = distinguishedName(name);
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  certificate.extensions = [
    extension(OID.basicConstraints, true, new BasicConstraints({ cA: true }).toSchema().toBER(false)),
    keyUsage(CERT_AND_CRL_SIGN | DIGITAL_SIGNATURE),
  ];
  return sign(certificate, issuer ?? { certificate, privateKey: keys.privateKey });
}

/** An end entity's certificate for a key that its owner has. */
export async function issueLeaf(
  subject: RelativeDistinguishedNames,
  publicKey: PublicKeyInfo,
  extendedUses: readonly string[],
  validDays: number,
  issuer: Issuer,
): Promise<Certificate> {
  const certificate = blank(validDays);
  certificate.subject = subject;
  certificate.subjectPublicKeyInfo = publicKey;
  certificate.extensions = [
    extension(OID.basicConstraints, true, new BasicConstraints({ cA: false }).toSchema().toBER(false)),
    keyUsage(DIGITAL_SIGNATURE | (publicKey.parsedKey instanceof RSAPublicKey ? KEY_ENCIPHERMENT : KEY_AGREEMENT)),
    extension(OID.extendedKeyUsage, false, new ExtKeyUsage({ keyPurposes: [...extendedUses] }).toSchema().toBER(false)),
  ];
  return sign(certificate, issuer);
}

/** An attribute each in a set of its own: pkijs would make one set of them all, which reads as one attribute. */
export function distinguishedName({ commonName, organisation = "" }: Names): RelativeDistinguishedNames {
  const parts = [
    [OID.organisation, organisation],
    [OID.commonName, commonName],
  ] as const;
  const sets = parts
    .filter(([, value]) => value !== "")
    .map(([type, value]) => new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }).toSchema())
    .map((attribute) => new Asn1Set({ value: [attribute] }));
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: sets }).toBER(false));
}

/** The SHA-1 of the key: an identifier, not a proof (RFC 5280, section 4.2.1.2). */
export const keyIdOf = (publicKey: PublicKeyInfo): Promise<ArrayBuffer> =>
  crypto.subtle.digest("SHA-1", Uint8Array.from(publicKey.subjectPublicKey.valueBlock.valueHexView));

function blank(validDays: number): Certificate {
  const now = Date.now();
  const certificate = new Certificate({ version: 2 });
  certificate.serialNumber = new Integer({ valueHex: serialNumber() });
  certificate.notBefore = new Time({ type: 0, value: new Date(now - BACKDATED_MS) });
  certificate.notAfter = time(new Date(now + validDays * DAY_MS));
  return certificate;
}

/** From 2050 on a time has four digits for the year (RFC 5280, section 4.1.2.5). */
const time = (value: Date): Time => new Time({ type: value.getUTCFullYear() >= 2050 ? 1 : 0, value });

/** 16 random bytes; positive, and without a leading zero that would be spelt in two ways. */
function serialNumber(): ArrayBuffer {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

async function sign(certificate: Certificate, issuer: Issuer): Promise<Certificate> {
  certificate.issuer = issuer.certificate.subject;
  const own = await keyIdOf(certificate.subjectPublicKeyInfo);
  const issuers = await keyIdOf(issuer.certificate.subjectPublicKeyInfo);
  const authorityKeyId = new AuthorityKeyIdentifier({ keyIdentifier: new OctetString({ valueHex: issuers }) });
  certificate.extensions = [
    ...(certificate.extensions ?? []),
    extension(OID.subjectKeyId, false, new OctetString({ valueHex: own }).toBER(false)),
    extension(OID.authorityKeyId, false, authorityKeyId.toSchema().toBER(false)),
  ];
  await certificate.sign(issuer.privateKey, HASH);
  return certificate;
}

const extension = (extnID: string, critical: boolean, extnValue: ArrayBuffer): Extension =>
  new Extension({ extnID, critical, extnValue });

function keyUsage(bits: number): Extension {
  let unusedBits = 0;
  while (((bits >> unusedBits) & 1) === 0) unusedBits += 1;
  return extension(
    OID.keyUsage,
    true,
    new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits }).toBER(false),
  );
}
