// What 2.1 adds to certificates: several contracts for an EV, and the status of a whole chain. OCPP 2.1 part 2, block M.
import type { Get15118EVCertificateResponse, GetCertificateChainStatusResponse } from "../generated/types-v21.ts";
import type { Handlers } from "../handler.ts";
import { type ChainStatus, chainStatusNeed, readHashData } from "../iso15118.ts";
import { list, record } from "../read.ts";
import { certificates as certificates201 } from "../v201/certificates.ts";

const { Get15118EVCertificate: plain } = certificates201;

export const certificates: Handlers = {
  ...(plain && {
    Get15118EVCertificate: {
      ...plain,
      handle(station, payload) {
        const answer = station.iso15118();
        const remaining = answer?.kind === "evCertificate" ? answer.remainingContracts : undefined;
        const { response, facts } = plain.handle(station, payload);
        if (remaining === undefined) return { response, facts };
        const counted: Partial<Get15118EVCertificateResponse> = { ...response, remainingContracts: remaining };
        return { response: counted, facts };
      },
    },
  }),

  GetCertificateChainStatus: {
    tolerance: "values",
    summary: "each certificate's OCSP responder or CRL is asked",
    iso15118: chainStatusNeed,
    handle(station, payload) {
      const answer = station.iso15118();
      const known = answer?.kind === "chainStatus" ? answer.statuses : failed(payload, station.receivedAt);
      const certificateStatus = known.map(({ hashData, source, status, nextUpdate }) => ({
        certificateHashData: hashData,
        source,
        status,
        nextUpdate: new Date(nextUpdate).toISOString(),
      }));
      const response: GetCertificateChainStatusResponse = { certificateStatus };
      return { response, facts: [] };
    },
  },
};

/** Nobody could be asked: the charger may ask again at once. */
const failed = (payload: Parameters<typeof chainStatusNeed>[0], now: number): ChainStatus[] =>
  list(payload.certificateStatusRequests).map((sent) => {
    const { certificateHashData, source } = record(sent);
    return {
      hashData: readHashData(certificateHashData),
      source: source === "CRL" ? "CRL" : "OCSP",
      status: "Failed",
      nextUpdate: now,
    };
  });
