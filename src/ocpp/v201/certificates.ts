// Certificates of plug & charge: contracts for EVs and revocation. OCPP 2.0.1 part 2, blocks C07 and M.
import type {
  AuthorizeResponse,
  Get15118EVCertificateResponse,
  GetCertificateStatusResponse,
} from "../generated/types-v201.ts";
import { finding, type Handlers } from "../handler.ts";
import { certificateStatusNeed, contractNeed, evCertificateNeed, withCertificate } from "../iso15118.ts";
import { idTokenInfo, idTokenOf, verdictOn } from "./authorization.ts";

export const certificates: Handlers = {
  Get15118EVCertificate: {
    tolerance: "values",
    summary: "the EV's request is passed on to the certificate provider, and its answer back",
    iso15118: evCertificateNeed,
    handle(station) {
      const answer = station.iso15118();
      if (answer?.kind === "evCertificate") {
        const { accepted, exiResponse } = answer;
        const response: Get15118EVCertificateResponse = { status: accepted ? "Accepted" : "Failed", exiResponse };
        return { response, facts: [] };
      }
      const detail = answer?.kind === "away" ? answer.detail : "no answer";
      const response: Get15118EVCertificateResponse = {
        status: "Failed",
        statusInfo: { reasonCode: "Unavailable", additionalInfo: detail.slice(0, 500) },
        exiResponse: "",
      };
      return { response, facts: [finding("certificate_provider_away", detail)] };
    },
  },

  GetCertificateStatus: {
    tolerance: "values",
    summary: "the certificate's OCSP responder is asked, and its signed answer passed on",
    iso15118: certificateStatusNeed,
    handle(station) {
      const answer = station.iso15118();
      if (answer?.kind === "certificateStatus") {
        const response: GetCertificateStatusResponse = { status: "Accepted", ocspResult: answer.ocspResult };
        return { response, facts: [] };
      }
      const detail = answer?.kind === "away" ? answer.detail : "the request names no certificate";
      const response: GetCertificateStatusResponse = {
        status: "Failed",
        statusInfo: { reasonCode: "Unavailable", additionalInfo: detail.slice(0, 500) },
      };
      return { response, facts: [] };
    },
  },
};

/** Authorize, where an EV presents its contract certificate: its certificate has to be good, too. */
export const withContracts = ({ Authorize: plain, ...others }: Handlers): Handlers => ({
  ...others,
  ...(plain && {
    Authorize: {
      ...plain,
      iso15118: (payload) => contractNeed(payload, idTokenOf(payload) ?? ""),
      handle(station, payload) {
        const answer = station.iso15118();
        if (answer === undefined) return plain.handle(station, payload);
        const asked = verdictOn(payload, (idToken, type) => station.authorize(idToken, type));
        const { verdict, certificateStatus } = withCertificate(asked ?? { status: "Invalid" }, answer, station.outage);
        const response: AuthorizeResponse = {
          idTokenInfo: idTokenInfo(verdict),
          ...(certificateStatus === undefined ? {} : { certificateStatus }),
        };
        const unchecked = answer.kind === "away" ? [finding("contract_unchecked", answer.detail)] : [];
        return { response, facts: unchecked };
      },
    },
  }),
});
