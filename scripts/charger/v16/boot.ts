/** BootNotification, Heartbeat and Reset as 1.6 spells them. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { createRegistration, type Registration } from "../registration.ts";
import { type Context, tell } from "./context.ts";

export interface Boot extends Registration {
  commands: Commands;
}

export function createBoot(context: Context, resume: () => void): Boot {
  const { config, link, identity } = context;
  const registration = createRegistration(context, {
    boot: () =>
      link.call("BootNotification", {
        chargePointVendor: identity.vendor,
        chargePointModel: identity.model,
        chargePointSerialNumber: identity.serialNumber,
        firmwareVersion: identity.firmwareVersion,
        meterType: "simulated",
      }),
    heartbeat: () => tell(context, "Heartbeat", {}),
    heartbeatMs: () => config.ms("HeartbeatInterval"),
    setHeartbeat: (seconds) => config.set("HeartbeatInterval", String(seconds)),
    resume,
  });
  config.onChange("HeartbeatInterval", registration.scheduleHeartbeat);

  const reset = z.object({ type: z.enum(["Hard", "Soft"]) });
  const commands: Commands = {
    Reset: command(reset, ({ type }) => ({
      response: { status: "Accepted" },
      after: () => void context.reboot(type === "Hard" ? "HardReset" : "SoftReset"),
    })),
  };
  // Not a spread: `mute` is read anew each time.
  return Object.assign(registration, { commands });
}
