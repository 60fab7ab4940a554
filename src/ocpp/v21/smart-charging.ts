// Smart charging and V2X, OCPP 2.1 part 2, blocks K and Q: what 2.0.1 has, and dynamic schedules, priority charging
// and the energy transfer that a transaction may use. Operation modes and set points are part of the profiles.
import type { PullDynamicScheduleUpdateResponse } from "../generated/types-v21.ts";
import { type Effects, effect, finding, type Handlers } from "../handler.ts";
import { hold, transactionDetail } from "../held.ts";
import { integer, record, text } from "../read.ts";
import {
  chargingNeeds,
  smartCharging as smartCharging201,
  smartChargingEffects as smartChargingEffects201,
} from "../v201/smart-charging.ts";

export const smartCharging: Handlers = {
  ...smartCharging201,

  // 2.1 can say what is the case: the needs are known, and no profile will follow by itself.
  NotifyEVChargingNeeds: chargingNeeds("NoChargingProfile"),

  NotifyPriorityCharging: {
    tolerance: "values",
    summary: "whether the transaction charges with priority is shown on it",
    handle(station, payload) {
      const ocppTransactionId = text(payload.transactionId) ?? "";
      const transaction = station.transaction(ocppTransactionId);
      if (transaction === undefined) {
        const detail = `NotifyPriorityCharging for transaction ${ocppTransactionId}, which is not known`;
        return { response: {}, facts: [finding("unknown_transaction", detail)] };
      }
      const data = { activated: payload.activated === true };
      return {
        response: {},
        facts: [transactionDetail("priorityCharging", ocppTransactionId, transaction.evseId, data)],
      };
    },
  },

  PullDynamicScheduleUpdate: {
    tolerance: "values",
    summary: "answered with the schedule update that an operator set last for the profile",
    handle(station, payload) {
      const update = station.holding("scheduleUpdate", text(payload.chargingProfileId) ?? "");
      const response: PullDynamicScheduleUpdateResponse =
        update === undefined
          ? { status: "Rejected", statusInfo: { reasonCode: "NoUpdate" } }
          : { status: "Accepted", scheduleUpdate: update };
      return { response, facts: [] };
    },
  },
};

export const smartChargingEffects: Effects = {
  ...smartChargingEffects201,

  UpdateDynamicSchedule: effect(
    "what the charger accepted is also what it gets when it pulls the next time",
    (request, { status }) => {
      const key = String(integer(request.chargingProfileId));
      const data = record(request.scheduleUpdate);
      return status === "Accepted" ? [hold({ kind: "scheduleUpdate", key, evseId: 0, data })] : [];
    },
  ),

  UsePriorityCharging: effect("priority charging is shown on the transaction", (request, { status }) => {
    const data = { activated: request.activate === true };
    return status === "Accepted"
      ? [transactionDetail("priorityCharging", text(request.transactionId) ?? "", 0, data)]
      : [];
  }),

  NotifyAllowedEnergyTransfer: effect(
    "the allowed energy transfer is shown on the transaction",
    (request, { status }) => {
      const { transactionId, allowedEnergyTransfer } = request;
      const id = text(transactionId) ?? "";
      return status === "Accepted"
        ? [transactionDetail("allowedEnergyTransfer", id, 0, { allowedEnergyTransfer })]
        : [];
    },
  ),
};
