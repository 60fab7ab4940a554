/**
 * Boot until accepted, then signs of life. Decides when the rest of a driver may speak; how a boot is spelt is the
 * version's own.
 */
import { z } from "zod";
import type { DriverHost } from "./driver.ts";
import { describe, LinkLost } from "./errors.ts";

/** Used where the CSMS leaves the choice to us (interval 0), or does not answer a boot in a usable way. */
const BOOT_RETRY_S = 10;
const FALLBACK_HEARTBEAT_S = 300;

const bootAnswer = z.object({
  status: z.enum(["Accepted", "Pending", "Rejected"]),
  interval: z.number(),
});

/** What a driver's blocks share about it: while false nothing unsolicited may be sent. */
export interface Acceptance {
  accepted: boolean;
}

export interface Announcement {
  /** Sends the boot; its answer is not checked yet. */
  boot(): Promise<unknown>;
  heartbeat(): Promise<unknown>;
  heartbeatMs(): number;
  setHeartbeat(seconds: number): void;
  /** Accepted, for the first time or again: what waited may go. */
  resume(): void;
}

export interface Registration {
  opened(): void;
  closed(): void;
  rebooted(): void;
  /** While the CSMS rejects us, we say nothing at all, not even answers. */
  readonly mute: boolean;
  send(): Promise<void>;
  scheduleHeartbeat(): void;
}

export function createRegistration(context: DriverHost & Acceptance, announcement: Announcement): Registration {
  const { timers, log } = context;
  let status: "Accepted" | "Pending" | "Rejected" | "unknown" = "unknown";
  let cancelRetry = () => {};
  let cancelHeartbeat = () => {};

  async function send(): Promise<void> {
    cancelRetry();
    try {
      obey(bootAnswer.parse(await announcement.boot()));
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
      announcement.setHeartbeat(interval > 0 ? interval : FALLBACK_HEARTBEAT_S);
      scheduleHeartbeat();
      if (!wasAccepted) announcement.resume();
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

  function scheduleHeartbeat(): void {
    cancelHeartbeat();
    if (!context.accepted) return;
    cancelHeartbeat = timers.after(untilHeartbeat(), beat);
  }

  function beat(): void {
    const leftMs = untilHeartbeat();
    if (leftMs <= 0) void announcement.heartbeat();
    cancelHeartbeat = timers.after(leftMs > 0 ? leftMs : announcement.heartbeatMs(), beat);
  }

  /** Any message shows that we are alive, so the interval counts from the last one of any kind. */
  function untilHeartbeat(): number {
    const everyMs = announcement.heartbeatMs();
    return everyMs > 0 ? context.recent.lastSentAt + everyMs - timers.now() : Infinity;
  }

  return {
    get mute() {
      return status === "Rejected";
    },
    send,
    scheduleHeartbeat,
    opened() {
      if (status === "Accepted" && !context.bootOnReconnect) {
        context.accepted = true;
        scheduleHeartbeat();
        announcement.resume();
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
  };
}
