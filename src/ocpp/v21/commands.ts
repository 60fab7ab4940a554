// What the answers to our calls change here, OCPP 2.1: as in 2.0.1, and what 2.1 added.
import type { Effects } from "../handler.ts";
import { type Payload, record } from "../read.ts";
import { coalesceKey as coalesceKey201, effects as effects201 } from "../v201/commands.ts";
import { batterySwapEffects } from "./battery-swap.ts";
import { derControlEffects } from "./der-control.ts";
import { eventStreamEffects } from "./event-streams.ts";
import { smartChargingEffects } from "./smart-charging.ts";
import { tariffEffects } from "./tariffs.ts";

export { readRemoteStart } from "../v201/commands.ts";

export const effects: Effects = {
  ...effects201,
  ...smartChargingEffects,
  ...derControlEffects,
  ...tariffEffects,
  ...eventStreamEffects,
  ...batterySwapEffects,
};

/** State-setting commands that 2.0.1 does not have. */
const COALESCED: Readonly<Record<string, (payload: Payload) => unknown[]>> = {
  UpdateDynamicSchedule: ({ chargingProfileId }) => [chargingProfileId],
  SetDERControl: ({ controlId }) => [controlId],
  SetDefaultTariff: ({ evseId, tariff }) => [evseId, record(tariff).validFrom],
  AdjustPeriodicEventStream: ({ id }) => [id],
};

export const coalesceKey = (action: string, payload: Payload): string | undefined =>
  Object.hasOwn(COALESCED, action)
    ? JSON.stringify([action, ...(COALESCED[action]?.(payload) ?? [])])
    : coalesceKey201(action, payload);
