// Authorize, OCPP 2.0.1 part 2, block C, and the idTokenInfo that other answers carry.
import type { AuthorizeResponse } from "../generated/types-v201.ts";
import type { Handlers, Verdict } from "../handler.ts";
import { type Payload, record, text } from "../read.ts";

/** The button instead of a card: the charger asks nobody's leave, and sends an empty token of this type. */
const NO_AUTHORIZATION = "NoAuthorization";

export const idTokenOf = (payload: Payload): string | undefined => text(record(payload.idToken).idToken);

export const idTokenTypeOf = (payload: Payload): string | undefined => text(record(payload.idToken).type);

/** The tokens to ask about: none for a start by button. */
export const askedTokens = (payload: Payload): string[] => {
  const idToken = idTokenOf(payload);
  return idToken === undefined || idTokenTypeOf(payload) === NO_AUTHORIZATION ? [] : [idToken];
};

/** The verdict on the token of a payload, if there is one. @param judge asks about it, with its type */
export function verdictOn(
  payload: Payload,
  judge: (idToken: string, type: string | undefined) => Verdict,
): Verdict | undefined {
  if (idTokenTypeOf(payload) === NO_AUTHORIZATION) return { status: "Accepted" };
  const idToken = idTokenOf(payload);
  return idToken === undefined ? undefined : judge(idToken, idTokenTypeOf(payload));
}

export function idTokenInfo(verdict: Verdict): AuthorizeResponse["idTokenInfo"] {
  const { status, expiresAt, groupId, personalMessage, language, language2 } = verdict;
  return {
    status,
    ...(expiresAt === undefined ? {} : { cacheExpiryDateTime: new Date(expiresAt).toISOString() }),
    ...(groupId === undefined ? {} : { groupIdToken: { idToken: groupId, type: "Central" } }),
    ...(language === undefined ? {} : { language1: language }),
    ...(language === undefined || language2 === undefined ? {} : { language2 }),
    ...(personalMessage === undefined
      ? {}
      : {
          personalMessage: {
            format: "UTF8",
            ...(language === undefined ? {} : { language }),
            content: personalMessage,
          },
        }),
  };
}

export const authorization: Handlers = {
  Authorize: {
    tolerance: "values",
    summary: "answers what is known about the token: status, expiry, group, message and language",
    idTokens: askedTokens,
    handle(station, payload) {
      const verdict = verdictOn(payload, (idToken, type) => station.authorize(idToken, type)) ?? { status: "Invalid" };
      const response: AuthorizeResponse = { idTokenInfo: idTokenInfo(verdict) };
      return { response, facts: [] };
    },
  },
};
