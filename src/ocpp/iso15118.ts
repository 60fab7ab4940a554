// Plug & charge: what handlers ask of the world of ISO 15118, and what they make of the answer. No I/O here: the need
// is named, and fetched before the handler runs. Source: OCPP 2.0.1 part 2, C07 and M01 to M06.
import type { AuthorizationStatus, Verdict } from "./handler.ts";
import { integer, list, type Payload, record, text } from "./read.ts";

/** How OCPP names a certificate. */
export interface HashData {
  hashAlgorithm: "SHA256" | "SHA384" | "SHA512";
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

export interface OcspRequest extends HashData {
  responderURL: string;
}

export interface ChainStatusRequest {
  /** The answer repeats it. */
  hashData: HashData;
  source: "CRL" | "OCSP";
  urls: string[];
}

export type Iso15118Need =
  | { kind: "contract"; idToken: string; certificate?: string | undefined; ocsp: OcspRequest[] }
  | { kind: "certificateStatus"; ocsp: OcspRequest }
  | { kind: "chainStatus"; requests: ChainStatusRequest[] }
  | {
      kind: "evCertificate";
      schemaVersion: string;
      action: "Install" | "Update";
      exiRequest: string;
      maximumContractCertificateChains?: number | undefined;
      prioritizedEMAIDs?: string[] | undefined;
    };

export type CertificateStatus =
  | "Accepted"
  | "SignatureError"
  | "CertificateExpired"
  | "CertificateRevoked"
  | "NoCertificateAvailable"
  | "CertChainError"
  | "ContractCancelled";

export interface ChainStatus {
  hashData: HashData;
  source: "CRL" | "OCSP";
  status: "Good" | "Revoked" | "Unknown" | "Failed";
  /** Epoch milliseconds until which it holds. */
  nextUpdate: number;
}

/** `away`: nobody could be asked. */
export type Iso15118Answer =
  | { kind: "away"; detail: string }
  | { kind: "contract"; status: CertificateStatus }
  | { kind: "certificateStatus"; ocspResult: string }
  | { kind: "chainStatus"; statuses: ChainStatus[] }
  | { kind: "evCertificate"; accepted: boolean; exiResponse: string; remainingContracts?: number | undefined };

/** What a contract certificate adds to Authorize; undefined: none was presented. */
export function contractNeed(payload: Payload, idToken: string): Iso15118Need | undefined {
  const certificate = text(payload.certificate);
  const ocsp = list(payload.iso15118CertificateHashData).flatMap(readOcspRequest);
  return certificate === undefined && ocsp.length === 0 ? undefined : { kind: "contract", idToken, certificate, ocsp };
}

export function certificateStatusNeed(payload: Payload): Iso15118Need | undefined {
  const [ocsp] = readOcspRequest(payload.ocspRequestData);
  return ocsp && { kind: "certificateStatus", ocsp };
}

export function evCertificateNeed(payload: Payload): Iso15118Need {
  return {
    kind: "evCertificate",
    schemaVersion: text(payload.iso15118SchemaVersion) ?? "",
    action: payload.action === "Update" ? "Update" : "Install",
    // Not read as text: that would cut a long one.
    exiRequest: typeof payload.exiRequest === "string" ? payload.exiRequest : "",
    maximumContractCertificateChains: integer(payload.maximumContractCertificateChains),
    prioritizedEMAIDs: list(payload.prioritizedEMAIDs).flatMap((emaid) => text(emaid) ?? []),
  };
}

export function chainStatusNeed(payload: Payload): Iso15118Need {
  const requests = list(payload.certificateStatusRequests).map((sent): ChainStatusRequest => {
    const { certificateHashData, source, urls } = record(sent);
    const read = list(urls).flatMap((url) => text(url) ?? []);
    return { hashData: readHashData(certificateHashData), source: source === "CRL" ? "CRL" : "OCSP", urls: read };
  });
  return { kind: "chainStatus", requests };
}

/**
 * The verdict on a token together with its contract certificate: a bad certificate makes the token invalid. Where
 * nobody could be asked, policy decides as for tokens that nobody can be asked about.
 */
export function withCertificate(
  verdict: Verdict,
  answer: Iso15118Answer | undefined,
  outage: "accept" | "reject",
): { verdict: Verdict; certificateStatus: CertificateStatus | undefined } {
  if (answer === undefined) return { verdict, certificateStatus: undefined };
  const status =
    answer.kind === "contract" ? answer.status : outage === "accept" ? "Accepted" : "NoCertificateAvailable";
  if (status === "Accepted" || verdict.status !== "Accepted") return { verdict, certificateStatus: status };
  const spoilt: AuthorizationStatus = status === "CertificateExpired" ? "Expired" : "Invalid";
  return { verdict: { ...verdict, status: spoilt }, certificateStatus: status };
}

/** As long as the schema of the answer lets them be; an odd algorithm is taken for the common one. */
const LENGTHS = { hash: 128, serialNumber: 40 };

export function readHashData(sent: unknown): HashData {
  const data = record(sent);
  const cut = (value: unknown, length: number) => (text(value) ?? "").slice(0, length);
  return {
    hashAlgorithm: algorithmOf(data),
    issuerNameHash: cut(data.issuerNameHash, LENGTHS.hash),
    issuerKeyHash: cut(data.issuerKeyHash, LENGTHS.hash),
    serialNumber: cut(data.serialNumber, LENGTHS.serialNumber),
  };
}

const algorithmOf = ({ hashAlgorithm }: Payload): HashData["hashAlgorithm"] =>
  hashAlgorithm === "SHA384" || hashAlgorithm === "SHA512" ? hashAlgorithm : "SHA256";

function readOcspRequest(sent: unknown): OcspRequest[] {
  const data = record(sent);
  const issuerNameHash = text(data.issuerNameHash);
  const issuerKeyHash = text(data.issuerKeyHash);
  const serialNumber = text(data.serialNumber);
  const responderURL = text(data.responderURL);
  if (issuerNameHash === undefined || issuerKeyHash === undefined || serialNumber === undefined) return [];
  const hashAlgorithm = algorithmOf(data);
  return [{ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, responderURL: responderURL ?? "" }];
}
