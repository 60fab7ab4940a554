/** BootNotification until accepted, then Heartbeat; Reset. Decides when the rest of the driver may speak. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { describe, LinkLost } from "../errors.ts";
import type { Context } from "./context.ts";
import { tell } from "./context.ts";

/** Used where the CSMS leaves the choice to us (interval 0), or does not answer a boot in a usable way. */
const BOOT_RETRY_S = 10;
const FALLBACK_HEARTBEAT_S = 300;

const bootAnswer = z.object({
  status: z.enum(["Accepted", "Pending", "Rejected"]),
  interval: z.number(),
});

export interface Boot {
  commands: Commands;
  opened(): void;
  closed(): void;
  rebooted(): void;
  /** While the CSMS rejects us, we say nothing at all, not even answers. */
  readonly mute: boolean;
  send(): Promise<void>;
  heartbeat(): Promise<void>;
}

export function createBoot(context: Context, resume: () => void): Boot {
  const { config, link, timers, identity, log } = context;
  let status: "Accepted" | "Pending" | "Rejected" | "unknown" = "unknown";
  let cancelRetry = () => {};
  let cancelHeartbeat = () => {};

  config.onChange("HeartbeatInterval", scheduleHeartbeat);

  async function send(): Promise<void> {
    cancelRetry();
    try {
      const answer = bootAnswer.parse(
        await link.call("BootNotification", {
          chargePointVendor: identity.vendor,
          chargePointModel: identity.model,
          chargePointSerialNumber: identity.serialNumber,
          firmwareVersion: identity.firmwareVersion,
          meterType: "simulated",
        }),
      );
      obey(answer);
    } catch (error) {
      if (error instanceof LinkLost) return;
      log(describe(error));
      retryIn(BOOT_RETRY_S);
    }
  }

  function obey({ status: next, interval }: z.output<typeof bootAnswer>): void {
    const wasAccepted = status === "Accepted";
    status = next;
    context.accepted = next === "Accepted";
    if (next === "Accepted") {
      config.set("HeartbeatInterval", String(interval > 0 ? interval : FALLBACK_HEARTBEAT_S));
      scheduleHeartbeat();
      if (!wasAccepted) resume();
      return;
    }
    context.outbox.shut();
    cancelHeartbeat();
    log(`boot ${next.toLowerCase()}; trying again in ${interval || BOOT_RETRY_S} s`);
    if (next === "Rejected") context.rejected();
    retryIn(interval > 0 ? interval : BOOT_RETRY_S);
  }

  function retryIn(seconds: number): void {
    cancelRetry();
    cancelRetry = timers.after(seconds * 1000, () => void send());
  }

  async function heartbeat(): Promise<void> {
    await tell(context, "Heartbeat", {});
  }

  function scheduleHeartbeat(): void {
    cancelHeartbeat();
    if (!context.accepted) return;
    cancelHeartbeat = timers.after(untilHeartbeat(), beat);
  }

  function beat(): void {
    const leftMs = untilHeartbeat();
    if (leftMs <= 0) void heartbeat();
    cancelHeartbeat = timers.after(leftMs > 0 ? leftMs : config.ms("HeartbeatInterval"), beat);
  }

  /** Any message shows that we are alive, so the interval counts from the last one of any kind. */
  function untilHeartbeat(): number {
    const everyMs = config.ms("HeartbeatInterval");
    return everyMs > 0 ? context.recent.lastSentAt + everyMs - timers.now() : Infinity;
  }

  const reset = z.object({ type: z.enum(["Hard", "Soft"]) });
  return {
    get mute() {
      return status === "Rejected";
    },
    send,
    heartbeat,
    opened() {
      if (status === "Accepted" && !context.bootOnReconnect) {
        context.accepted = true;
        scheduleHeartbeat();
        resume();
        return;
      }
      status = "unknown";
      void send();
    },
    closed() {
      context.accepted = false;
      cancelRetry();
      cancelHeartbeat();
    },
    rebooted() {
      status = "unknown";
      context.accepted = false;
    },
    commands: {
      Reset: command(reset, ({ type }) => ({
        response: { status: "Accepted" },
        after: () => void context.reboot(type === "Hard" ? "HardReset" : "SoftReset"),
      })),
    },
  };
}
