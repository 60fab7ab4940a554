// Plug & charge: what handlers ask of the world of ISO 15118, and what they make of the answer. No I/O here: the need
// is named, and fetched before the handler runs. Source: OCPP 2.0.1 part 2, C07 and M01 to M06.
import type { AuthorizationStatus, Verdict } from "./handler.ts";
import { integer, list, type Payload, record, text } from "./read.ts";

export interface OcspRequest {
  hashAlgorithm: "SHA256" | "SHA384" | "SHA512";
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
  responderURL: string;
}

export interface ChainStatusRequest {
  /** As sent: the answer repeats it. */
  hashData: Payload;
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
  hashData: Payload;
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
    return { hashData: record(certificateHashData), source: source === "CRL" ? "CRL" : "OCSP", urls: read };
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

function readOcspRequest(sent: unknown): OcspRequest[] {
  const data = record(sent);
  const hashAlgorithm =
    data.hashAlgorithm === "SHA384" || data.hashAlgorithm === "SHA512" ? data.hashAlgorithm : "SHA256";
  const issuerNameHash = text(data.issuerNameHash);
  const issuerKeyHash = text(data.issuerKeyHash);
  const serialNumber = text(data.serialNumber);
  const responderURL = text(data.responderURL);
  if (issuerNameHash === undefined || issuerKeyHash === undefined || serialNumber === undefined) return [];
  return [{ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, responderURL: responderURL ?? "" }];
}
