/** Charging profiles: 1.6 on the wire, plain limits in the station. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { compose, type Profile, toWatts } from "../profiles.ts";
import type { Context } from "./context.ts";
import { connectorId, iso, timestamp } from "./types.ts";

const chargingSchedule = z.object({
  duration: z.int().nonnegative().optional(),
  startSchedule: timestamp.optional(),
  chargingRateUnit: z.enum(["A", "W"]),
  chargingSchedulePeriod: z
    .array(
      z.object({
        startPeriod: z.int().nonnegative(),
        limit: z.number(),
        numberPhases: z.int().min(1).max(3).optional(),
      }),
    )
    .min(1),
});

export const chargingProfile = z.object({
  chargingProfileId: z.int(),
  transactionId: z.int().optional(),
  stackLevel: z.int().nonnegative(),
  chargingProfilePurpose: z.enum(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]),
  chargingProfileKind: z.enum(["Absolute", "Recurring", "Relative"]),
  recurrencyKind: z.enum(["Daily", "Weekly"]).optional(),
  validFrom: timestamp.optional(),
  validTo: timestamp.optional(),
  chargingSchedule,
});
type WireProfile = z.output<typeof chargingProfile>;

const PURPOSES = { ChargePointMaxProfile: "station", TxDefaultProfile: "default", TxProfile: "transaction" } as const;
const KINDS = { Absolute: "absolute", Recurring: "recurring", Relative: "relative" } as const;
const RECURRENCES = { Daily: "daily", Weekly: "weekly" } as const;

export function toProfile(wire: WireProfile, connector: number, now: number): Profile {
  const { duration, startSchedule, chargingRateUnit, chargingSchedulePeriod } = wire.chargingSchedule;
  return {
    id: wire.chargingProfileId,
    connectorId: connector,
    stackLevel: wire.stackLevel,
    purpose: PURPOSES[wire.chargingProfilePurpose],
    kind: KINDS[wire.chargingProfileKind],
    recurrence: wire.recurrencyKind && RECURRENCES[wire.recurrencyKind],
    validFrom: wire.validFrom,
    validTo: wire.validTo,
    setAt: now,
    startAt: startSchedule,
    durationS: duration,
    unit: chargingRateUnit,
    periods: chargingSchedulePeriod
      // Discharging came with 2.1; here a negative limit can mean no more than nothing.
      .map(({ startPeriod, limit, numberPhases }) => ({
        startS: startPeriod,
        limit: Math.max(0, limit),
        phases: numberPhases,
      }))
      .sort((a, b) => a.startS - b.startS),
  };
}

export function smartChargingCommands({ station, config, timers }: Context): Commands {
  const set = z.object({ connectorId, csChargingProfiles: chargingProfile });
  const clear = z.object({
    id: z.int().optional(),
    connectorId: connectorId.optional(),
    chargingProfilePurpose: chargingProfile.shape.chargingProfilePurpose.optional(),
    stackLevel: z.int().optional(),
  });
  const composite = z.object({
    connectorId,
    duration: z.int().positive(),
    chargingRateUnit: z.enum(["A", "W"]).optional(),
  });

  function fits(wire: WireProfile, id: number): boolean {
    const tooMuch =
      wire.stackLevel > config.number("ChargeProfileMaxStackLevel") ||
      wire.chargingSchedule.chargingSchedulePeriod.length > config.number("ChargingScheduleMaxPeriods") ||
      station.profiles.length >= config.number("MaxChargingProfilesInstalled");
    if (tooMuch || (id !== 0 && !station.find(id))) return false;
    if (wire.chargingProfilePurpose === "ChargePointMaxProfile") return id === 0;
    if (wire.chargingProfilePurpose === "TxDefaultProfile") return true;
    const running = station.find(id)?.transaction;
    return running !== undefined && (wire.transactionId === undefined || wire.transactionId === running.id);
  }

  return {
    SetChargingProfile: command(set, ({ connectorId: id, csChargingProfiles: wire }) => {
      if (!fits(wire, id)) return { response: { status: "Rejected" } };
      const profile = toProfile(wire, id, timers.now());
      station.change(() => {
        station.profiles = [...station.profiles.filter((other) => !isReplacedBy(other, profile)), profile];
      });
      return { response: { status: "Accepted" } };
    }),
    ClearChargingProfile: command(clear, ({ id, connectorId: connector, chargingProfilePurpose, stackLevel }) => {
      const purpose = chargingProfilePurpose && PURPOSES[chargingProfilePurpose];
      // An id names one profile; the other criteria count only without it.
      const matches = (profile: Profile) =>
        id !== undefined
          ? profile.id === id
          : (connector === undefined || profile.connectorId === connector) &&
            (purpose === undefined || profile.purpose === purpose) &&
            (stackLevel === undefined || profile.stackLevel === stackLevel);
      const found = station.profiles.some(matches);
      station.change(() => (station.profiles = station.profiles.filter((profile) => !matches(profile))));
      return { response: { status: found ? "Accepted" : "Unknown" } };
    }),
    GetCompositeSchedule: command(composite, ({ connectorId: id, duration, chargingRateUnit = "W" }) => {
      if (id !== 0 && !station.find(id)) return { response: { status: "Rejected" } };
      const now = timers.now();
      const perUnit = toWatts(1, chargingRateUnit, station.phases);
      const chargingSchedulePeriod = compose((at) => station.limit(id, at), now, now + duration * 1000).map(
        ({ startS, watts }) => ({
          startPeriod: startS,
          limit: Math.round((watts / perUnit) * 10) / 10,
        }),
      );
      const start = iso(now);
      const schedule = { duration, startSchedule: start, chargingRateUnit, chargingSchedulePeriod };
      return { response: { status: "Accepted", connectorId: id, scheduleStart: start, chargingSchedule: schedule } };
    }),
  };
}

/** The same id, or the same place on the same stack. */
function isReplacedBy(old: Profile, fresh: Profile): boolean {
  if (old.id === fresh.id) return true;
  return old.connectorId === fresh.connectorId && old.purpose === fresh.purpose && old.stackLevel === fresh.stackLevel;
}
