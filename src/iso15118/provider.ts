// Who is asked about plug & charge: contracts, revocation, and certificates for EVs. One interface, so that a
// deployment, or a test, can put its own behind it.
import type {
  CertificateStatus,
  ChainStatus,
  ChainStatusRequest,
  Iso15118Need,
  OcspRequest,
} from "../ocpp/iso15118.ts";

export type ContractNeed = Extract<Iso15118Need, { kind: "contract" }>;
export type EvCertificateNeed = Extract<Iso15118Need, { kind: "evCertificate" }>;

export interface EvCertificate {
  accepted: boolean;
  /** Base64 of the EXI stream. */
  exiResponse: string;
  remainingContracts?: number | undefined;
}

/** Each method throws where nobody could be asked. */
export interface Iso15118Provider {
  contract(need: ContractNeed): Promise<CertificateStatus>;
  /** @returns base64 of the responder's DER, as it signed it */
  certificateStatus(request: OcspRequest): Promise<string>;
  /** Never fails as a whole: what could not be asked is Failed. */
  chainStatus(requests: readonly ChainStatusRequest[]): Promise<ChainStatus[]>;
  evCertificate(need: EvCertificateNeed): Promise<EvCertificate>;
}
