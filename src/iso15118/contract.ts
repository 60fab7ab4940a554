// Whether a contract certificate is good: its chain leads to a root that the operator trusts, it is in its time, it
// belongs to the token that the EV named, and nobody revoked it. Source: OCPP 2.0.1 part 2, C07.
import { type Certificate, CertificateChainValidationEngine } from "pkijs";
import type { CertificateStatus } from "../ocpp/iso15118.ts";
import { attributes, readCertificates } from "../pki/certificate.ts";
import { askOcsp } from "./ocsp.ts";
import type { ContractNeed } from "./provider.ts";

/** @param roots certificates of V2G and mobility operator roots. Throws where a responder cannot be asked. */
export async function judgeContract(
  { idToken, certificate, ocsp }: ContractNeed,
  roots: readonly Certificate[],
  allowed: readonly string[],
): Promise<CertificateStatus> {
  if (certificate !== undefined) {
    const verdict = await judgeChain(certificate, idToken, roots);
    if (verdict !== "Accepted") return verdict;
  }
  const issuers = [...roots, ...(certificate === undefined ? [] : (readCertificates(certificate) ?? []))];
  for (const request of ocsp) {
    const { status } = await askOcsp(request, request.responderURL, allowed, issuers);
    if (status === "Revoked") return "CertificateRevoked";
    if (status === "Unknown") return "CertChainError";
  }
  return "Accepted";
}

async function judgeChain(pem: string, idToken: string, roots: readonly Certificate[]): Promise<CertificateStatus> {
  const chain = readCertificates(pem);
  const [leaf, ...others] = chain ?? [];
  if (leaf === undefined) return "NoCertificateAvailable";
  const now = new Date();
  if (chain?.some(({ notBefore, notAfter }) => now < notBefore.value || now > notAfter.value))
    return "CertificateExpired";
  if (!attributes(leaf.subject, "CN").some((name) => plain(name) === plain(idToken))) return "CertChainError";
  if (roots.length === 0) return "CertChainError";
  const validation = new CertificateChainValidationEngine({
    trustedCerts: [...roots],
    // The engine takes the last one for the one to be validated.
    certs: [...others, leaf],
    checkDate: now,
  });
  const { result } = await validation.verify();
  if (result) return "Accepted";
  // A signature that does not fit the named issuer, or no issuer that is known at all.
  const issuer = [...others, ...roots].find(({ subject }) => subject.isEqual(leaf.issuer));
  return issuer === undefined || (await verifies(leaf, issuer)) ? "CertChainError" : "SignatureError";
}

async function verifies(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  try {
    return await certificate.verify(issuer);
  } catch {
    return false;
  }
}

/** Contract ids are written with and without hyphens, and in any case. */
const plain = (emaid: string): string => emaid.replaceAll("-", "").toLowerCase();
