// A charger's certificate signing request, and whether it may be signed. Source: OCPP 2.0.1 part 2, A00.FR.405 to 429;
// OCPP 1.6 security whitepaper, section 3.3.
import { CertificationRequest, ECPublicKey, type PublicKeyInfo, RSAPublicKey } from "pkijs";
import { fail, ok, type Result } from "../result.ts";
import { attributes } from "./certificate.ts";
import { fromPem } from "./pem.ts";

export type CertificateUse = "ChargingStationCertificate" | "V2GCertificate" | "V2G20Certificate";

/** What the certificate may be used for; none named: for both. */
export interface CsrExpectations {
  use: CertificateUse | undefined;
  /** The names one of which must be the common name of a charging station's certificate, any case. */
  commonNames: readonly string[];
  /** Empty: any. */
  organisation: string;
}

/** Below these a key counts as broken: A00.FR.504 wants the strength of RSA 2048. */
const MIN_RSA_BITS = 2048;
const CURVES = new Set(["P-256", "P-384", "P-521"]);
const WEAK_SIGNATURES = new Set(["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"]);

/** Whether it looks like one at all, without any cryptography. */
export const looksLikeCsr = (text: string): boolean => fromPem(text, /^(NEW )?CERTIFICATE REQUEST$/).length === 1;

/** The request if it may be signed, or the reason why not. */
export async function checkCsr(pem: string, expected: CsrExpectations): Promise<Result<CertificationRequest, string>> {
  const csr = readCsr(pem);
  if (csr === undefined) return fail("it is not a PKCS #10 request in PEM");
  const weakness = weaknessOf(csr.subjectPublicKeyInfo);
  if (weakness !== undefined) return fail(weakness);
  if (WEAK_SIGNATURES.has(csr.signatureAlgorithm.algorithmId)) return fail("it is signed with MD5 or SHA-1");
  if (!(await isSelfSigned(csr))) return fail("its signature does not verify");
  const misnamed = misnaming(csr, expected);
  return misnamed === undefined ? ok(csr) : fail(misnamed);
}

function readCsr(pem: string): CertificationRequest | undefined {
  try {
    const [der] = fromPem(pem, /^(NEW )?CERTIFICATE REQUEST$/);
    return der === undefined ? undefined : CertificationRequest.fromBER(der);
  } catch {
    return undefined;
  }
}

function weaknessOf({ parsedKey }: PublicKeyInfo): string | undefined {
  if (parsedKey instanceof RSAPublicKey) {
    const bytes = parsedKey.modulus.valueBlock.valueHexView;
    const bits = (bytes[0] === 0 ? bytes.length - 1 : bytes.length) * 8;
    return bits < MIN_RSA_BITS ? `its RSA key has ${bits} bits, below ${MIN_RSA_BITS}` : undefined;
  }
  if (parsedKey instanceof ECPublicKey) {
    return CURVES.has(parsedKey.namedCurve) ? undefined : `its curve ${parsedKey.namedCurve} is not supported`;
  }
  return "its key is neither RSA nor on a supported elliptic curve";
}

async function isSelfSigned(csr: CertificationRequest): Promise<boolean> {
  try {
    return await csr.verify();
  } catch {
    // An algorithm that the engine does not know is thrown at: nobody proved to have the key.
    return false;
  }
}

function misnaming({ subject }: CertificationRequest, { use, commonNames, organisation }: CsrExpectations) {
  const [commonName, second] = attributes(subject, "CN");
  if (commonName === undefined || second !== undefined) return "its subject must have one common name";
  const organisations = attributes(subject, "O");
  if (organisation !== "" && !organisations.includes(organisation)) {
    return `its organisation is ${organisations.join(", ") || "missing"}, not ${organisation}`;
  }
  // The name of a V2G certificate is the SECC's, which nobody here knows.
  if (use === "V2GCertificate" || use === "V2G20Certificate") return undefined;
  const isOurs = commonNames.some((name) => name.toLowerCase() === commonName.toLowerCase());
  return isOurs ? undefined : `its common name ${commonName} is neither the identity nor the serial number`;
}
