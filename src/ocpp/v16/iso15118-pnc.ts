// Plug & charge in OCPP 1.6: the messages of 2.0.1 as JSON text within DataTransfer.
// Source: OCA application note "Using ISO 15118 Plug & Charge with OCPP 1.6", chapter 4.
import { deleted, installed, listed } from "../certificates.ts";
import { type Effects, effect, finding, type Handler, type Outcome, type Station } from "../handler.ts";
import {
  certificateStatusNeed,
  contractNeed,
  evCertificateNeed,
  type Iso15118Need,
  withCertificate,
} from "../iso15118.ts";
import { type Payload, text } from "../read.ts";
import { ISO15118_VENDOR, parsed, signCertificate } from "../signing-request.ts";
import { certificates } from "../v201/certificates.ts";
import { idTagInfo } from "./authorization.ts";

interface PncMessage {
  need?: (data: Payload) => Iso15118Need | undefined;
  idTokens?: (data: Payload) => string[];
  /** The response is what the message of 2.0.1 would answer; it travels as text. */
  handle(station: Station, data: Payload): Outcome;
}

const answerOf =
  (action: "Get15118EVCertificate" | "GetCertificateStatus") =>
  (station: Station, data: Payload): Outcome =>
    certificates[action]?.handle(station, data) ?? { response: { status: "Failed" }, facts: [] };

/** Here the token is a plain text, not an object as in 2.0.1; some send the object all the same. */
const idTokenOf = (data: Payload): string => text(data.idToken) ?? text(parsed(data.idToken).idToken) ?? "";

const MESSAGES: Readonly<Record<string, PncMessage>> = {
  Authorize: {
    idTokens: (data) => [idTokenOf(data)],
    need: (data) => contractNeed(data, idTokenOf(data)),
    handle(station, data) {
      const asked = station.authorize(idTokenOf(data));
      const answer = station.iso15118();
      const { verdict, certificateStatus } = withCertificate(asked, answer, station.outage);
      const { status, expiryDate, parentIdTag } = idTagInfo(verdict);
      const idTokenInfo = {
        status,
        ...(expiryDate === undefined ? {} : { cacheExpiryDateTime: expiryDate }),
        ...(parentIdTag === undefined ? {} : { groupIdToken: { idToken: parentIdTag, type: "Central" } }),
      };
      return {
        response: { idTokenInfo, ...(certificateStatus === undefined ? {} : { certificateStatus }) },
        facts: answer?.kind === "away" ? [finding("contract_unchecked", answer.detail)] : [],
      };
    },
  },
  Get15118EVCertificate: { need: evCertificateNeed, handle: answerOf("Get15118EVCertificate") },
  GetCertificateStatus: { need: certificateStatusNeed, handle: answerOf("GetCertificateStatus") },
  SignCertificate: {
    handle: (station, { csr, certificateType }) => signCertificate(station, { csr, certificateType }, "dataTransfer"),
  },
};

/** What answers to our own plug & charge messages change. */
export const plugAndChargeEffects: Effects = {
  DataTransfer: effect("answers to certificate messages of plug & charge keep its inventory", (request, response) => {
    const change = request.vendorId === ISO15118_VENDOR ? CHANGES.get(text(request.messageId) ?? "") : undefined;
    return change === undefined || response.status !== "Accepted"
      ? []
      : change(parsed(request.data), parsed(response.data));
  }),
};

const CHANGES = new Map([
  ["InstallCertificate", installed],
  ["DeleteCertificate", deleted],
  ["GetInstalledCertificateIds", listed],
]);

/** DataTransfer that knows plug & charge, over the one that knows the other vendors. */
export const withPlugAndCharge = ({ DataTransfer: plain, ...others }: Readonly<Record<string, Handler>>) => ({
  ...others,
  ...(plain && { DataTransfer: plugAndCharge(plain) }),
});

const plugAndCharge = (plain: Handler): Handler => ({
  ...plain,
  idTokens: (payload) => messageOf(payload)?.idTokens?.(parsed(payload.data)) ?? plain.idTokens?.(payload) ?? [],
  iso15118: (payload) => messageOf(payload)?.need?.(parsed(payload.data)),
  handle(station, payload) {
    const message = messageOf(payload);
    if (message === undefined) {
      const isOurs = payload.vendorId === ISO15118_VENDOR;
      return isOurs ? { response: { status: "UnknownMessageId" }, facts: [] } : plain.handle(station, payload);
    }
    const { response, facts } = message.handle(station, parsed(payload.data));
    return { response: { status: "Accepted", data: JSON.stringify(response) }, facts };
  },
});

function messageOf(payload: Payload): PncMessage | undefined {
  if (payload.vendorId !== ISO15118_VENDOR) return undefined;
  const messageId = text(payload.messageId) ?? "";
  return Object.hasOwn(MESSAGES, messageId) ? MESSAGES[messageId] : undefined;
}
