// What the answers to our calls change here, and which of our calls beget transactions. OCPP 2.0.1 part 2, block F.

import { certificateEffects } from "../certificates.ts";
import type { Effects } from "../handler.ts";
import { integer, type Payload, record } from "../read.ts";
import type { RemoteStart } from "../versions.ts";
import { availabilityEffects } from "./availability.ts";
import { diagnosticsEffects } from "./diagnostics.ts";
import { displayMessagesEffects } from "./display-messages.ts";
import { firmwareEffects } from "./firmware.ts";
import { localListEffects } from "./local-list.ts";
import { monitoringEffects } from "./monitoring.ts";
import { provisioningEffects } from "./provisioning.ts";
import { reservationEffects } from "./reservations.ts";
import { smartChargingEffects, withStartProfile } from "./smart-charging.ts";
import { tariffEffects } from "./tariffs.ts";
import { transactionEffects } from "./transactions.ts";

export const effects: Effects = {
  ...provisioningEffects,
  ...monitoringEffects,
  ...firmwareEffects,
  ...diagnosticsEffects,
  ...certificateEffects,
  ...displayMessagesEffects,
  ...smartChargingEffects,
  ...availabilityEffects,
  ...localListEffects,
  ...reservationEffects,
  ...withStartProfile(transactionEffects),
  ...tariffEffects,
};

/** 2.x correlates by remoteStartId, which takes the token's place here. */
export function readRemoteStart(action: string, payload: Payload): RemoteStart | undefined {
  const remoteStartId = integer(payload.remoteStartId);
  if (action !== "RequestStartTransaction" || remoteStartId === undefined) return undefined;
  return { idToken: String(remoteStartId) };
}

/** State-setting commands: a later one for the same thing makes the earlier one, while it waits, pointless. */
const COALESCED: Readonly<Record<string, (payload: Payload) => unknown[]>> = {
  ChangeAvailability: ({ evse }) => [record(evse).id, record(evse).connectorId],
  SetChargingProfile: ({ evseId, chargingProfile }) => {
    const { chargingProfilePurpose, stackLevel } = record(chargingProfile);
    return [evseId, chargingProfilePurpose, stackLevel];
  },
  SendLocalList: ({ updateType }) => (updateType === "Full" ? [] : [crypto.randomUUID()]),
  ClearCache: () => [],
};

export const coalesceKey = (action: string, payload: Payload): string | undefined =>
  Object.hasOwn(COALESCED, action) ? JSON.stringify([action, ...(COALESCED[action]?.(payload) ?? [])]) : undefined;
