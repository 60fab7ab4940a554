// What the answers to our calls change here, and which of our calls beget transactions. OCPP 1.6 section 5.
import type { Effects } from "../handler.ts";
import { integer, list, type Payload, record, text } from "../read.ts";
import type { RemoteStart } from "../versions.ts";

export const effects: Effects = {
  GetConfiguration: (request, response) => [
    {
      kind: "configuration",
      complete: list(request.key).length === 0,
      keys: list(response.configurationKey).flatMap((entry) => {
        const { key, value, readonly } = record(entry);
        return typeof key === "string" ? [{ key, value: text(value), readonly: readonly === true }] : [];
      }),
      unknownKeys: list(response.unknownKey).flatMap((key) => text(key) ?? []),
    },
  ],

  ChangeConfiguration: (request, response) => {
    const key = text(request.key);
    const took = response.status === "Accepted" || response.status === "RebootRequired";
    if (!took || key === undefined) return [];
    return [
      {
        kind: "configuration",
        complete: false,
        keys: [{ key, value: text(request.value), readonly: false }],
        unknownKeys: [],
      },
    ];
  },
};

export function readRemoteStart(action: string, payload: Payload): RemoteStart | undefined {
  const idToken = text(payload.idTag);
  if (action !== "RemoteStartTransaction" || idToken === undefined) return undefined;
  return { idToken, connectorId: integer(payload.connectorId) };
}

/** State-setting commands: a later one for the same thing makes the earlier one, while it waits, pointless. */
const COALESCED: Readonly<Record<string, (payload: Payload) => unknown[]>> = {
  ChangeConfiguration: ({ key }) => [key],
  ChangeAvailability: ({ connectorId }) => [connectorId],
  SendLocalList: ({ updateType }) => (updateType === "Full" ? [] : [crypto.randomUUID()]),
  SetChargingProfile: ({ connectorId, csChargingProfiles }) => {
    const { chargingProfilePurpose, stackLevel } = record(csChargingProfiles);
    return [connectorId, chargingProfilePurpose, stackLevel];
  },
  ClearCache: () => [],
};

export const coalesceKey = (action: string, payload: Payload): string | undefined =>
  Object.hasOwn(COALESCED, action) ? JSON.stringify([action, ...(COALESCED[action]?.(payload) ?? [])]) : undefined;
