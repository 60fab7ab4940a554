/** BootNotification with its reason, Heartbeat, Reset of the station or one EVSE, SetNetworkProfile. */
import { createRegistration, type Registration } from "../registration.ts";
import { type Context, tell } from "./context.ts";
import type { Handlers, v201 } from "./messages.ts";
import { reason } from "./types.ts";

export interface Boot extends Registration {
  handlers: Handlers;
  /** The cause of the boot to come. */
  because(cause: v201.BootReasonEnumType): void;
  /** Whoever waited for the end of the last transaction may go on. */
  transactionEnded(): void;
}

const SLOTS = 2;

export function createBoot(context: Context, resume: () => void): Boot {
  const { model, link, identity, sessions, station } = context;
  let cause: v201.BootReasonEnumType = "PowerUp";
  /** Resets that wait for the end of transactions, by EVSE; 0 is the station. */
  const waiting = new Set<number>();

  const registration = createRegistration(context, {
    boot() {
      const { model: name, vendor: vendorName, serialNumber, firmwareVersion } = identity;
      const payload: v201.BootNotificationRequest = {
        reason: cause,
        chargingStation: { model: name, vendorName, serialNumber, firmwareVersion },
      };
      return link.call("BootNotification", payload);
    },
    heartbeat: () => tell(context, "Heartbeat", {}),
    heartbeatMs: () => model.ms("OCPPCommCtrlr.HeartbeatInterval"),
    setHeartbeat: (seconds) => model.set("OCPPCommCtrlr.HeartbeatInterval", String(seconds)),
    resume() {
      // A later boot that the CSMS did not ask for was asked for at the charger.
      cause = "LocalReset";
      resume();
    },
  });
  model.onChange("OCPPCommCtrlr.HeartbeatInterval", registration.scheduleHeartbeat);

  const busy = (evseId: number) =>
    evseId === 0
      ? station.connectors.some(({ transaction }) => transaction)
      : station.find(evseId)?.transaction !== undefined;

  async function reset(evseId: number): Promise<void> {
    if (evseId === 0) {
      cause = "RemoteReset";
      await context.reboot("SoftReset");
    } else if (busy(evseId)) await sessions.stop(evseId, "SoftReset");
  }

  const handlers: Handlers = {
    Reset({ type, evseId = 0 }) {
      if (evseId !== 0 && !station.find(evseId)) return { response: { status: "Rejected", ...reason("UnknownEvse") } };
      if (type === "ImmediateAndResume")
        return { response: { status: "Rejected", ...reason("NotSupported", "a transaction cannot be resumed") } };
      if (type === "OnIdle" && busy(evseId)) {
        waiting.add(evseId);
        return { response: { status: "Scheduled" } };
      }
      return { response: { status: "Accepted" }, after: () => void reset(evseId) };
    },
    SetNetworkProfile({ configurationSlot, connectionData }) {
      const { ocppTransport, securityProfile, ocppCsmsUrl } = connectionData;
      const usable =
        configurationSlot >= 1 &&
        configurationSlot <= SLOTS &&
        ocppTransport === "JSON" &&
        securityProfile >= model.number("SecurityCtrlr.SecurityProfile") &&
        /^wss?:\/\//i.test(ocppCsmsUrl);
      if (!usable) return { response: { status: "Rejected", ...reason("InvalidNetworkConf") } };
      context.log(`network profile ${configurationSlot} is kept: ${ocppCsmsUrl}`);
      return { response: { status: "Accepted" } };
    },
  };

  // Not a spread: `mute` is read anew each time.
  return Object.assign(registration, {
    handlers,
    because: (next: v201.BootReasonEnumType) => {
      cause = next;
    },
    transactionEnded() {
      for (const evseId of waiting) {
        if (busy(evseId)) continue;
        waiting.delete(evseId);
        void reset(evseId);
      }
    },
  });
}
