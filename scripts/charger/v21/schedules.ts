/** Profiles that live: dynamic ones, pushed or pulled, and those of priority charging. */
import { ask21, type Context, tell21 } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";
import { iso, reason } from "../v201/types.ts";
import type { Shared } from "../v201.ts";

export interface Schedules {
  handlers: Handlers21;
  /** After any change: profiles come and go in many ways. */
  changed(): void;
}

export function createSchedules(context: Context, { smart }: Shared): Schedules {
  const { station, timers } = context;
  const pulls = new Map<number, () => void>();

  function apply(profileId: number, update: v21.ChargingScheduleUpdateType): boolean {
    const wire = smart.find(profileId)?.wire;
    const [schedule] = wire?.chargingSchedule ?? [];
    const [period] = schedule?.chargingSchedulePeriod ?? [];
    if (wire?.chargingProfileKind !== "Dynamic" || !schedule || !period) return false;
    const chargingSchedulePeriod = [{ ...period, ...update }];
    const chargingSchedule = [{ ...schedule, chargingSchedulePeriod }];
    smart.replace({ ...wire, dynUpdateTime: iso(timers.now()), chargingSchedule });
    return true;
  }

  async function pull(profileId: number): Promise<void> {
    const answer = context.accepted
      ? await ask21(context, "PullDynamicScheduleUpdate", { chargingProfileId: profileId })
      : undefined;
    pulls.delete(profileId);
    if (answer?.status === "Accepted" && answer.scheduleUpdate) apply(profileId, answer.scheduleUpdate);
    schedulePulls();
  }

  function schedulePulls(): void {
    const wanted = smart
      .profiles()
      .flatMap(({ wire: { id, dynUpdateInterval = 0 } }) =>
        dynUpdateInterval > 0 ? [{ id, everyMs: dynUpdateInterval * 1000 }] : [],
      );
    for (const [id, cancel] of pulls) {
      if (wanted.some((profile) => profile.id === id)) continue;
      cancel();
      pulls.delete(id);
    }
    for (const { id, everyMs } of wanted)
      if (!pulls.has(id))
        pulls.set(
          id,
          timers.after(everyMs, () => void pull(id)),
        );
  }

  const hasPriorityProfile = (evseId: number) =>
    smart
      .profiles()
      .some(
        ({ evseId: home, wire }) =>
          wire.chargingProfilePurpose === "PriorityCharging" && (home === evseId || home === 0),
      );

  return {
    changed() {
      schedulePulls();
      for (const { id, transaction } of station.connectors) {
        if (!transaction?.priority || hasPriorityProfile(id)) continue;
        transaction.priority = false;
        const transactionId = String(transaction.id);
        void tell21(context, "NotifyPriorityCharging", { transactionId, activated: false });
      }
    },
    handlers: {
      UpdateDynamicSchedule({ chargingProfileId, scheduleUpdate }) {
        const done = apply(chargingProfileId, scheduleUpdate);
        return { response: done ? { status: "Accepted" } : { status: "Rejected", ...reason("UnknownProfile") } };
      },
      UsePriorityCharging({ transactionId, activate }) {
        const connector = station.connectors.find(({ transaction }) => transaction?.id === transactionId);
        const transaction = connector?.transaction;
        if (!transaction) return { response: { status: "Rejected", ...reason("TxNotFound") } };
        if (!hasPriorityProfile(connector.id)) return { response: { status: "NoProfile" } };
        const after = () =>
          station.change(() => {
            transaction.priority = activate;
          });
        return { response: { status: "Accepted" }, after };
      },
    },
  };
}
