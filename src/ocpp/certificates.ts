// What answers to our certificate commands tell about a charger's certificate store. The same in every version.
// Source: OCPP 1.6 security whitepaper, chapter 5; OCPP 2.0.1 part 2, block M.
import { type CertificateHashData, hashData, hashDataKey, readCertificates } from "../pki/certificate.ts";
import type { Fact } from "./facts/fact.ts";
import { type Effects, effect } from "./handler.ts";
import { list, type Payload, record, text } from "./read.ts";

export interface InstalledCertificate {
  /** Names the certificate within its charger, however it is spelt. */
  key: string;
  /** As the version spells it. */
  certificateType: string;
  hashData: CertificateHashData;
  /** The key of the certificate whose chain it is a part of. */
  parentKey?: string | undefined;
}

export const certificateEffects: Effects = {
  GetInstalledCertificateIds: effect("its certificate inventory is replaced, for the types asked for", listed),
  InstallCertificate: effect("once accepted, the certificate is in its inventory", installed),
  DeleteCertificate: effect("once accepted or not found, the certificate leaves its inventory", deleted),
};

export function listed(request: Payload, response: Payload): Fact[] {
  if (response.status !== "Accepted" && response.status !== "NotFound") return [];
  const types = list(request.certificateType).flatMap((type) => text(type) ?? []);
  // 1.6 names the type in the request alone.
  const [only = ""] = types;
  const flat = list(response.certificateHashData).flatMap((sent) => entry(sent, only));
  const chains = list(response.certificateHashDataChain).flatMap((sent) => {
    const chain = record(sent);
    const type = text(chain.certificateType) ?? only;
    const [head, ...none] = entry(chain.certificateHashData, type);
    if (head === undefined || none.length > 0) return [];
    const children = list(chain.childCertificateHashData).flatMap((child) => entry(child, type, head.key));
    return [head, ...children];
  });
  const certificates = [
    ...new Map([...flat, ...chains].map((one) => [`${one.certificateType} ${one.key}`, one])).values(),
  ];
  return [{ kind: "certificatesListed", types: types.length === 0 ? null : types, certificates }];
}

export function installed(request: Payload, response: Payload): Fact[] {
  const certificateType = text(request.certificateType);
  const [certificate] = readCertificates(text(request.certificate) ?? "") ?? [];
  if (response.status !== "Accepted" || certificateType === undefined || certificate === undefined) return [];
  const hash = hashData(certificate);
  return [{ kind: "certificateInstalled", certificate: { key: hashDataKey(hash), certificateType, hashData: hash } }];
}

export function deleted(request: Payload, response: Payload): Fact[] {
  const [gone] = entry(request.certificateHashData, "");
  const isGone = response.status === "Accepted" || response.status === "NotFound";
  return isGone && gone !== undefined ? [{ kind: "certificateDeleted", key: gone.key }] : [];
}

function entry(sent: unknown, certificateType: string, parentKey?: string): InstalledCertificate[] {
  const data = record(sent);
  const [issuerNameHash, issuerKeyHash, serialNumber] = [
    data.issuerNameHash,
    data.issuerKeyHash,
    data.serialNumber,
  ].map(text);
  const hashAlgorithm = readAlgorithm(data.hashAlgorithm);
  if (issuerNameHash === undefined || issuerKeyHash === undefined || serialNumber === undefined) return [];
  const hash: CertificateHashData = { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
  return [
    { key: hashDataKey(hash), certificateType, hashData: hash, ...(parentKey === undefined ? {} : { parentKey }) },
  ];
}

const readAlgorithm = (value: unknown): CertificateHashData["hashAlgorithm"] =>
  value === "SHA384" || value === "SHA512" ? value : "SHA256";
