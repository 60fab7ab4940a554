/** What the vehicle wants and may: NotifyEVChargingNeeds at the start, NotifyAllowedEnergyTransfer, AFRRSignal. */
import type { Transaction } from "../connector.ts";
import { RESERVE_SHARE } from "../station.ts";
import { ask21, type Context } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";
import { iso, reason } from "../v201/types.ts";
import type { Shared } from "../v201.ts";

export interface V2x {
  handlers: Handlers21;
  started(transaction: Transaction): void;
}

type TransferMode = v21.EnergyTransferModeEnumType;

const BOTH_WAYS: TransferMode = "AC_BPT";
const SIGNAL_MAX = 100;

export function createV2x(context: Context, { smart, authorization }: Shared): V2x {
  const { station, timers } = context;
  const oneWay: TransferMode = station.phases === 3 ? "AC_three_phase" : "AC_single_phase";

  function needs({ connectorId, chargeOnly }: Transaction): v21.ChargingNeedsType {
    const vehicle = station.connector(connectorId).vehicle;
    const missingWh = vehicle ? vehicle.capacityWh - vehicle.batteryWh : 0;
    // Below zero: what is above the reserve may be given back at once.
    const reserveWh = vehicle ? vehicle.capacityWh * RESERVE_SHARE - vehicle.batteryWh : 0;
    return {
      requestedEnergyTransfer: chargeOnly ? oneWay : BOTH_WAYS,
      availableEnergyTransfer: [oneWay, BOTH_WAYS],
      controlMode: "DynamicControl",
      v2xChargingParameters: {
        minChargePower: 0,
        maxChargePower: station.powerW,
        ...(!chargeOnly && { minDischargePower: 0, maxDischargePower: station.powerW }),
        evTargetEnergyRequest: Math.round(missingWh),
        evMinEnergyRequest: Math.round(reserveWh),
        evMaxEnergyRequest: Math.round(missingWh),
        targetSoC: 100,
      },
    };
  }

  async function announce(transaction: Transaction): Promise<void> {
    if (!context.accepted) return;
    const { connectorId: evseId } = transaction;
    const answer = await ask21(context, "NotifyEVChargingNeeds", {
      evseId,
      timestamp: iso(timers.now()),
      chargingNeeds: needs(transaction),
    });
    if (answer) context.log(`charging needs of EVSE ${evseId}: ${answer.status}`);
  }

  return {
    started(transaction) {
      const allowed = authorization.answers.get(transaction.idToken)?.allowedEnergyTransfer;
      transaction.chargeOnly = allowed !== undefined && !allowed.includes(BOTH_WAYS);
      void announce(transaction);
    },
    handlers: {
      NotifyAllowedEnergyTransfer({ transactionId, allowedEnergyTransfer }) {
        const connector = station.connectors.find(({ transaction }) => transaction?.id === transactionId);
        const transaction = connector?.transaction;
        if (!transaction) return { response: { status: "Rejected", ...reason("TxNotFound") } };
        const after = () => {
          station.change(() => {
            transaction.chargeOnly = !allowedEnergyTransfer.includes(BOTH_WAYS);
          });
          void announce(transaction);
        };
        return { response: { status: "Accepted" }, after };
      },
      AFRRSignal({ signal }) {
        const isObeyed = smart
          .profiles()
          .flatMap(({ wire }) => wire.chargingSchedule.flatMap(({ chargingSchedulePeriod }) => chargingSchedulePeriod))
          .some(({ operationMode }) => operationMode === "CentralFrequency");
        if (!isObeyed || Math.abs(signal) > SIGNAL_MAX) return { response: { status: "Rejected" } };
        return { response: { status: "Accepted" }, after: () => smart.obeySignal(signal) };
      },
    },
  };
}
