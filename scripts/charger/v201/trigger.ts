/** TriggerMessage: one row per message that can be asked for. Triggered messages may go while the boot is pending. */
import type { Availability } from "./availability.ts";
import type { Boot } from "./boot.ts";
import { ask, type Context } from "./context.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Firmware } from "./firmware.ts";
import type { Handlers, v21 } from "./messages.ts";
import { measure } from "./metering.ts";
import type { Security } from "./security.ts";
import type { Transactions } from "./transactions.ts";

export interface TriggerBlocks {
  boot: Boot;
  availability: Availability;
  transactions: Transactions;
  diagnostics: Diagnostics;
  firmware: Firmware;
  security: Security;
}

type Send = (evseIds: number[]) => unknown;

export function triggerHandlers(context: Context, blocks: TriggerBlocks): Handlers {
  const { boot, availability, transactions, diagnostics, firmware, security } = blocks;
  const { station } = context;
  const messages: Partial<Record<v21.MessageTriggerEnumType, Send>> = {
    BootNotification() {
      boot.because("Triggered");
      return boot.send();
    },
    FirmwareStatusNotification: () => ask(context, "FirmwareStatusNotification", firmware.status),
    Heartbeat: () => ask(context, "Heartbeat", {}),
    LogStatusNotification: () => ask(context, "LogStatusNotification", diagnostics.status),
    MeterValues: (ids) =>
      ids.map((evseId) => {
        const meterValue = measure(context, evseId, "AlignedDataCtrlr.Measurands", "Trigger");
        return meterValue.length > 0 && ask(context, "MeterValues", { evseId, meterValue });
      }),
    SignChargingStationCertificate: () => security.requestCertificate(),
    StatusNotification: (ids) => ids.map((id) => ask(context, "StatusNotification", availability.statusPayload(id))),
    TransactionEvent: (ids) => ids.map((id) => transactions.sendMeterValues(id)),
  };

  return {
    TriggerMessage({ requestedMessage, evse }) {
      const send = messages[requestedMessage];
      if (!send) return { response: { status: "NotImplemented" } };
      // An accepted charger has nothing to announce.
      if (requestedMessage === "BootNotification" && context.accepted) return { response: { status: "Rejected" } };
      const ids = station.connectors.map(({ id }) => id).filter((id) => !evse || evse.id === id);
      const running = ids.filter((id) => station.find(id)?.transaction);
      const targets = requestedMessage === "TransactionEvent" ? running : ids;
      if (targets.length === 0) return { response: { status: "Rejected" } };
      return { response: { status: "Accepted" }, after: () => void send(targets) };
    },
  };
}
