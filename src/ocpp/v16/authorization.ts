// Authorize, OCPP 1.6 section 4.1, and the idTagInfo that other answers carry.
import type { AuthorizeResponse } from "../generated/types-v16.ts";
import type { AuthorizationStatus, Handlers, Verdict } from "../handler.ts";
import { text } from "../read.ts";

/** 1.6 knows few reasons: what it has no word for may not charge, for now or at all. */
const STATUS = {
  Accepted: "Accepted",
  Blocked: "Blocked",
  Expired: "Expired",
  Invalid: "Invalid",
  ConcurrentTx: "ConcurrentTx",
  Unknown: "Invalid",
  NoCredit: "Blocked",
  NotAllowedTypeEVSE: "Invalid",
  NotAtThisLocation: "Invalid",
  NotAtThisTime: "Invalid",
} as const satisfies Record<AuthorizationStatus, string>;

/** idTagInfo (section 7.27): status, and what the store knows about expiry and group. */
export const idTagInfo = (verdict: Verdict): AuthorizeResponse["idTagInfo"] => ({
  status: STATUS[verdict.status],
  ...(verdict.expiresAt === undefined ? {} : { expiryDate: new Date(verdict.expiresAt).toISOString() }),
  ...(verdict.groupId === undefined ? {} : { parentIdTag: verdict.groupId }),
});

export const authorization: Handlers = {
  Authorize: {
    summary: "answers what is known about the token: status, expiry and group",
    tolerance: "values",
    idTokens: (payload) => [text(payload.idTag) ?? ""],
    handle(station, payload) {
      const response: AuthorizeResponse = { idTagInfo: idTagInfo(station.authorize(text(payload.idTag) ?? "")) };
      return { response, facts: [] };
    },
  },
};
