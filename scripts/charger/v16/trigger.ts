/** TriggerMessage and its extended form: one row per message that can be asked for. */
import { z } from "zod";
import { type Command, type Commands, command } from "../command.ts";
import { describe } from "../errors.ts";
import type { Availability } from "./availability.ts";
import type { Boot } from "./boot.ts";
import { type Context, tellAnyway } from "./context.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Firmware } from "./firmware.ts";
import type { Metering } from "./metering.ts";
import type { Security } from "./security.ts";
import { connectorId } from "./types.ts";

export interface TriggerBlocks {
  boot: Boot;
  availability: Availability;
  metering: Metering;
  diagnostics: Diagnostics;
  firmware: Firmware;
  security: Security;
}

type Send = (connectorIds: number[]) => Promise<unknown>;

export function triggerCommands(context: Context, blocks: TriggerBlocks): Commands {
  const { boot, availability, metering, diagnostics, firmware, security } = blocks;
  const { station } = context;
  const common: Record<string, Send> = {
    BootNotification: () => boot.send(),
    FirmwareStatusNotification: () => tellAnyway(context, "FirmwareStatusNotification", { status: firmware.status }),
    Heartbeat: () => tellAnyway(context, "Heartbeat", {}),
    MeterValues: (ids) => Promise.all(ids.filter((id) => id > 0).map((id) => metering.request(id, tellAnyway))),
    StatusNotification: (ids) =>
      Promise.all(ids.map((id) => tellAnyway(context, "StatusNotification", availability.statusPayload(id)))),
  };
  const plain: Record<string, Send> = {
    ...common,
    DiagnosticsStatusNotification: () =>
      tellAnyway(context, "DiagnosticsStatusNotification", { status: diagnostics.status }),
  };
  const extended: Record<string, Send> = {
    ...common,
    FirmwareStatusNotification: () => tellAnyway(context, "SignedFirmwareStatusNotification", firmware.signedStatus),
    LogStatusNotification: () => tellAnyway(context, "LogStatusNotification", diagnostics.logStatus),
    SignChargePointCertificate: () => security.requestCertificate().catch((error) => context.log(describe(error))),
  };

  return { TriggerMessage: trigger(plain), ExtendedTriggerMessage: trigger(extended) };

  function trigger(messages: Record<string, Send>): Command {
    const request = z.object({ requestedMessage: z.string(), connectorId: connectorId.optional() });
    return command(request, ({ requestedMessage, connectorId: id }) => {
      const send = messages[requestedMessage];
      if (!send) return { response: { status: "NotImplemented" } };
      if (id !== undefined && id !== 0 && !station.find(id)) return { response: { status: "Rejected" } };
      const ids = id === undefined ? [0, ...station.connectors.map((connector) => connector.id)] : [id];
      return { response: { status: "Accepted" }, after: () => void send(ids) };
    });
  }
}
