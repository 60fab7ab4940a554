// What the answers to our calls change here, and which of our calls beget transactions. OCPP 1.6 section 5.

import { certificateEffects } from "../certificates.ts";
import { type Effects, effect } from "../handler.ts";
import { integer, list, type Payload, record, text } from "../read.ts";
import { isSecretSetting } from "../secrets.ts";
import type { RemoteStart } from "../versions.ts";
import { availabilityEffects } from "./availability.ts";
import { diagnosticsEffects } from "./diagnostics.ts";
import { firmwareEffects } from "./firmware.ts";
import { plugAndChargeEffects } from "./iso15118-pnc.ts";
import { localListEffects } from "./local-list.ts";
import { reservationEffects } from "./reservations.ts";
import { smartChargingEffects } from "./smart-charging.ts";

export const effects: Effects = {
  ...firmwareEffects,
  ...diagnosticsEffects,
  ...certificateEffects,
  ...plugAndChargeEffects,

  ...smartChargingEffects,
  ...availabilityEffects,
  ...localListEffects,
  ...reservationEffects,

  GetConfiguration: effect("the keys that were told become the known configuration", (request, response) => [
    {
      kind: "configuration",
      complete: list(request.key).length === 0,
      keys: list(response.configurationKey).flatMap((entry) => {
        const { key, value, readonly } = record(entry);
        return typeof key === "string"
          ? [{ key, value: isSecretSetting(key) ? undefined : text(value), readonly: readonly === true }]
          : [];
      }),
      unknownKeys: list(response.unknownKey).flatMap((key) => text(key) ?? []),
    },
  ]),

  ChangeConfiguration: effect("what it took over becomes part of the known configuration", (request, response) => {
    const key = text(request.key);
    const took = response.status === "Accepted" || response.status === "RebootRequired";
    if (!took || key === undefined) return [];
    return [
      {
        kind: "configuration",
        complete: false,
        keys: [{ key, value: isSecretSetting(key) ? undefined : text(request.value), readonly: false }],
        unknownKeys: [],
      },
    ];
  }),
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
