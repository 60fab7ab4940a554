// Certificate signing requests of chargers, the same in every version but for names.
// Source: OCPP 1.6 security whitepaper, chapter 3; OCPP 2.0.1 part 2, A02 and A03.
import { type CertificateUse, looksLikeCsr } from "../pki/csr.ts";
import type { Fact } from "./facts/fact.ts";
import { finding, type Outcome, type Station } from "./handler.ts";
import { integer, type Payload, record, text } from "./read.ts";

/**
 * requested: waits for the authority. issued: signed, not taken by the charger yet. installed and rejected: the
 * charger's word. refused: ours, or the authority's. superseded: it asked again with another key. undelivered: given up.
 */
export type CertificateRequestStatus =
  | "requested"
  | "issued"
  | "installed"
  | "rejected"
  | "refused"
  | "superseded"
  | "undelivered";

export interface CertificateRequest {
  /** Ours: a UUID. */
  id: string;
  use?: CertificateUse | undefined;
  /** The charger's, OCPP 2.1. */
  requestId?: number | undefined;
  /** PEM. */
  csr: string;
  /** DataTransfer is how a 1.6 charger asks for V2G certificates. */
  via: "message" | "dataTransfer";
  status: CertificateRequestStatus;
  /** Why it is not what was hoped for. */
  detail?: string | undefined;
  /** PEM, leaf first. */
  chain?: string | undefined;
  /** The CertificateSigned that carries it. */
  commandId?: string | undefined;
  /** How often the authority, and later the charger, was tried. */
  attempts: number;
  /** Epoch milliseconds; undefined: at once. */
  nextAttemptAt?: number | undefined;
  createdAt: number;
  updatedAt: number;
}

export const isOpenRequest = ({ status }: CertificateRequest): boolean => status === "requested" || status === "issued";

/** More than a charger with a broken certificate store needs, and little for an authority. */
const MAX_REQUESTS_AN_HOUR = 10;
const HOUR_MS = 3_600_000;

interface SignOutcome extends Outcome {
  response: { status: "Accepted" | "Rejected"; statusInfo?: { reasonCode: string; additionalInfo: string } };
}

interface Asked {
  csr: unknown;
  certificateType?: unknown;
  requestId?: unknown;
}

/** Accepted means that the signed certificate follows in a CertificateSigned of our own: signing takes its time. */
export function signCertificate(station: Station, asked: Asked, via: CertificateRequest["via"]): SignOutcome {
  const csr = text(asked.csr) ?? "";
  const use = readUse(asked.certificateType, via);
  const known = station.certificateRequests();
  const open = known.filter(isOpenRequest).filter((request) => request.use === use);
  // The charger lost patience, but the work goes on: the same key is not signed twice.
  if (open.some((request) => request.csr === csr)) return accepted([]);
  const request: CertificateRequest = {
    id: station.newId(),
    use,
    requestId: integer(asked.requestId),
    csr,
    via,
    status: "requested",
    attempts: 0,
    createdAt: station.receivedAt,
    updatedAt: station.receivedAt,
  };
  const refusal = refusalOf(station, csr, known);
  if (refusal !== undefined) {
    return {
      response: { status: "Rejected", statusInfo: refusal.info },
      facts: [
        { kind: "certificateRequest", request: { ...request, status: "refused", detail: refusal.detail } },
        finding("csr_refused", refusal.detail),
      ],
    };
  }
  const superseded = open.map(
    (older): Fact => ({
      kind: "certificateRequest",
      request: { ...older, status: "superseded", updatedAt: station.receivedAt },
    }),
  );
  return accepted([...superseded, { kind: "certificateRequest", request }]);
}

const accepted = (facts: Fact[]): SignOutcome => ({ response: { status: "Accepted" }, facts });

function refusalOf(station: Station, csr: string, known: readonly CertificateRequest[]) {
  if (station.registration !== "accepted") {
    return because("NotAccepted", "the charger is not accepted yet, so nobody vouches for its name");
  }
  if (!looksLikeCsr(csr)) return because("InvalidCSR", "what it sent is not a PKCS #10 request in PEM");
  const recent = known.filter(({ createdAt }) => createdAt > station.receivedAt - HOUR_MS);
  if (recent.length < MAX_REQUESTS_AN_HOUR) return undefined;
  return because("TooManyRequests", `it asked for more than ${MAX_REQUESTS_AN_HOUR} certificates within an hour`);
}

const because = (reasonCode: string, detail: string) => ({ detail, info: { reasonCode, additionalInfo: detail } });

const USES: ReadonlySet<string> = new Set<CertificateUse>([
  "ChargingStationCertificate",
  "V2GCertificate",
  "V2G20Certificate",
]);
const isUse = (value: string): value is CertificateUse => USES.has(value);

function readUse(value: unknown, via: CertificateRequest["via"]): CertificateUse | undefined {
  const named = text(value);
  if (named !== undefined && isUse(named)) return named;
  return via === "dataTransfer" ? "V2GCertificate" : undefined;
}

/** Our CertificateSigned for an issued request: it repeats what the charger named, and nothing that it did not. */
export function certificateSigned({ chain = "", use, requestId, via }: CertificateRequest): {
  action: string;
  payload: object;
} {
  const payload = {
    certificateChain: chain,
    ...(use === undefined ? {} : { certificateType: use }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  if (via === "message") return { action: "CertificateSigned", payload };
  const data = JSON.stringify(payload);
  return { action: "DataTransfer", payload: { vendorId: ISO15118_VENDOR, messageId: "CertificateSigned", data } };
}

/** The vendor under which ISO 15118 messages travel in 1.6. Source: OCA, ISO 15118 plug & charge with OCPP 1.6. */
export const ISO15118_VENDOR = "org.openchargealliance.iso15118pnc";

/** Whether the charger took the certificate, from its answer in either form. */
export function tookCertificate(response: Payload, via: CertificateRequest["via"]): boolean {
  if (via === "message") return response.status === "Accepted";
  return response.status === "Accepted" && parsed(response.data).status === "Accepted";
}

/** The JSON in a DataTransfer: text in 1.6, but some send the object itself. */
export function parsed(data: unknown): Payload {
  if (typeof data !== "string") return record(data);
  try {
    return record(JSON.parse(data));
  } catch {
    return {};
  }
}
