// Authorize, OCPP 2.0.1 part 2, block C, and the idTokenInfo that other answers carry.
import type { AuthorizeResponse } from "../generated/types-v201.ts";
import type { Handlers, Verdict } from "../handler.ts";
import { type Payload, record, text } from "../read.ts";

export const idTokenOf = (payload: Payload): string | undefined => text(record(payload.idToken).idToken);

export const idTokenInfo = (verdict: Verdict): AuthorizeResponse["idTokenInfo"] => ({
  status: verdict.status,
  ...(verdict.expiresAt === undefined ? {} : { cacheExpiryDateTime: new Date(verdict.expiresAt).toISOString() }),
  ...(verdict.groupId === undefined ? {} : { groupIdToken: { idToken: verdict.groupId, type: "Central" } }),
});

export const authorization: Handlers = {
  Authorize: {
    tolerance: "values",
    idTokens: (payload) => [idTokenOf(payload) ?? ""],
    handle(station, payload) {
      const response: AuthorizeResponse = { idTokenInfo: idTokenInfo(station.authorize(idTokenOf(payload) ?? "")) };
      return { response, facts: [] };
    },
  },
};
