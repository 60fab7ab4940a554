// Authorize, OCPP 1.6 section 4.1, and the idTagInfo that other answers carry.
import type { AuthorizeResponse } from "../generated/types-v16.ts";
import type { Handlers, Verdict } from "../handler.ts";
import { text } from "../read.ts";

/** idTagInfo (section 7.27): status, and what the store knows about expiry and group. */
export const idTagInfo = (verdict: Verdict): AuthorizeResponse["idTagInfo"] => ({
  status: verdict.status,
  ...(verdict.expiresAt === undefined ? {} : { expiryDate: new Date(verdict.expiresAt).toISOString() }),
  ...(verdict.groupId === undefined ? {} : { parentIdTag: verdict.groupId }),
});

export const authorization: Handlers = {
  Authorize: {
    tolerance: "values",
    idTokens: (payload) => [text(payload.idTag) ?? ""],
    handle(station, payload) {
      const response: AuthorizeResponse = { idTagInfo: idTagInfo(station.authorize(text(payload.idTag) ?? "")) };
      return { response, facts: [] };
    },
  },
};
