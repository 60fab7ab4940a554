/** Charging profiles: 2.x on the wire, plain limits in the station. */
import { compose, type Profile, toWatts } from "../profiles.ts";
import { type Context, tell21 } from "./context.ts";
import type { Handlers, v21 } from "./messages.ts";
import { at, iso, parts, reason } from "./types.ts";

type Wire = v21.ChargingProfileType;

/** A profile as it came; the station's own form of it is its key. */
export interface Installed {
  evseId: number;
  wire: Wire;
  setAt: number;
}

export interface SmartCharging {
  handlers: Handlers;
  /** A profile for a transaction that is about to start; a text says why it cannot be obeyed. */
  forStart(wire: Wire, evseId: number): Profile | string;
  find(profileId: number): Installed | undefined;
  profiles(): Installed[];
  /** Puts a changed profile in the place of the one with its id. */
  replace(wire: Wire): void;
  /** What the grid operator's signal means is worked out anew for every profile. */
  obeySignal(signal: number): void;
}

const KINDS = { Absolute: "absolute", Recurring: "recurring", Relative: "relative", Dynamic: "absolute" } as const;
const RECURRENCES = { Daily: "daily", Weekly: "weekly" } as const;
const REPORT_PROFILES = 2;

export function createSmartCharging(context: Context): SmartCharging {
  const { station, model, timers, dialect } = context;
  const installed = new WeakMap<Profile, Installed>();
  let signal = 0;

  const profiles = () => station.profiles.flatMap((profile) => installed.get(profile) ?? []);

  function toProfile(entry: Installed): Profile {
    const { evseId, wire, setAt } = entry;
    // Several schedules are a choice for the vehicle over ISO 15118; ours takes the first.
    const [schedule] = wire.chargingSchedule;
    const profile: Profile = {
      id: wire.id,
      connectorId: evseId,
      stackLevel: wire.stackLevel,
      purpose: dialect.purposes[wire.chargingProfilePurpose] ?? "default",
      kind: KINDS[wire.chargingProfileKind],
      recurrence: wire.recurrencyKind && RECURRENCES[wire.recurrencyKind],
      validFrom: at(wire.validFrom),
      validTo: at(wire.validTo),
      setAt,
      startAt: at(schedule?.startSchedule),
      durationS: schedule?.duration,
      unit: schedule?.chargingRateUnit ?? "W",
      periods: (schedule?.chargingSchedulePeriod ?? [])
        .map((period) => ({
          startS: period.startPeriod,
          phases: period.numberPhases,
          ...dialect.limitOf(period, signal),
        }))
        .sort((a, b) => a.startS - b.startS),
    };
    installed.set(profile, entry);
    return profile;
  }

  /** Why a profile cannot be obeyed, wherever it is meant for. */
  function defect({ chargingProfilePurpose, stackLevel, chargingSchedule }: Wire): string | undefined {
    const periods = chargingSchedule.flatMap(({ chargingSchedulePeriod }) => chargingSchedulePeriod);
    const isUnknownMode = ({ operationMode }: v21.ChargingSchedulePeriodType) =>
      operationMode !== undefined && !dialect.operationModes.includes(operationMode);
    if (!dialect.purposes[chargingProfilePurpose]) return "UnsupportedPurpose";
    if (stackLevel > model.number("SmartChargingCtrlr.ProfileStackLevel")) return "InvalidStackLevel";
    if (periods.length > model.number("SmartChargingCtrlr.PeriodsPerSchedule")) return "InvalidSchedule";
    if (periods.some(isUnknownMode)) return "UnsupportedMode";
    return undefined;
  }

  function misplaced(wire: Wire, evseId: number): string | undefined {
    if (evseId !== 0 && !station.find(evseId)) return "UnknownEvse";
    const twin = profiles().find((other) => other.wire.id !== wire.id && isSamePlace(other, { wire, evseId }));
    if (twin) return "DuplicateProfile";
    const purpose = dialect.purposes[wire.chargingProfilePurpose];
    if (purpose === "station") return evseId === 0 ? undefined : "InvalidEvse";
    if (purpose !== "transaction") return undefined;
    const running = station.find(evseId)?.transaction;
    return running && running.id === wire.transactionId ? undefined : "TxNotFound";
  }

  function install(entry: Installed): void {
    const profile = toProfile(entry);
    station.change(() => {
      station.profiles = [...station.profiles.filter(({ id }) => id !== profile.id), profile];
    });
  }

  async function report(requestId: number, found: readonly Installed[]): Promise<void> {
    const evseIds = [...new Set(found.map(({ evseId }) => evseId))];
    const messages = evseIds.flatMap((evseId) =>
      parts(
        found.filter((entry) => entry.evseId === evseId),
        REPORT_PROFILES,
      ).map(({ items }) => ({ evseId, chargingProfile: items.map(({ wire }) => wire) })),
    );
    for (const [index, message] of messages.entries())
      await tell21(context, "ReportChargingProfiles", {
        requestId,
        chargingLimitSource: "CSO",
        tbc: index < messages.length - 1,
        ...message,
      });
  }

  return {
    profiles,
    find: (profileId) => profiles().find(({ wire }) => wire.id === profileId),
    forStart(wire, evseId) {
      if (wire.chargingProfilePurpose !== "TxProfile" || wire.transactionId !== undefined) return "InvalidProfile";
      return defect(wire) ?? toProfile({ evseId, wire, setAt: timers.now() });
    },
    replace(wire) {
      const old = profiles().find((entry) => entry.wire.id === wire.id);
      if (old) install({ ...old, wire });
    },
    obeySignal(next) {
      signal = next;
      station.change(() => {
        station.profiles = station.profiles.map((profile) => {
          const entry = installed.get(profile);
          return entry ? toProfile(entry) : profile;
        });
      });
    },
    handlers: {
      SetChargingProfile({ evseId, chargingProfile: wire }) {
        const isFull = profiles().length >= MAX_PROFILES && !profiles().some((entry) => entry.wire.id === wire.id);
        const refusal = defect(wire) ?? misplaced(wire, evseId) ?? (isFull ? "NoSpace" : undefined);
        if (refusal) return { response: { status: "Rejected", ...reason(refusal) } };
        install({ evseId, wire, setAt: timers.now() });
        return { response: { status: "Accepted" } };
      },
      ClearChargingProfile({ chargingProfileId, chargingProfileCriteria = {} }) {
        const { evseId, chargingProfilePurpose, stackLevel } = chargingProfileCriteria;
        // An id names one profile; the other criteria count only without it.
        const isMeant = ({ wire, evseId: home }: Installed) =>
          chargingProfileId !== undefined
            ? wire.id === chargingProfileId
            : isAnyOr(evseId, home) &&
              isAnyOr(chargingProfilePurpose, wire.chargingProfilePurpose) &&
              isAnyOr(stackLevel, wire.stackLevel);
        const ids = new Set(
          profiles()
            .filter(isMeant)
            .map(({ wire }) => wire.id),
        );
        if (ids.size === 0) return { response: { status: "Unknown" } };
        station.change(() => (station.profiles = station.profiles.filter(({ id }) => !ids.has(id))));
        return { response: { status: "Accepted" } };
      },
      GetChargingProfiles({ requestId, evseId, chargingProfile: wanted }) {
        const { chargingProfileId, chargingProfilePurpose, stackLevel, chargingLimitSource = ["CSO"] } = wanted;
        const found = profiles().filter(
          ({ wire, evseId: home }) =>
            isAnyOr(evseId, home) &&
            isAnyOr(chargingProfilePurpose, wire.chargingProfilePurpose) &&
            isAnyOr(stackLevel, wire.stackLevel) &&
            (chargingProfileId?.includes(wire.id) ?? true) &&
            chargingLimitSource.includes("CSO"),
        );
        if (found.length === 0) return { response: { status: "NoProfiles" } };
        return { response: { status: "Accepted" }, after: () => void report(requestId, found) };
      },
      GetCompositeSchedule({ evseId, duration, chargingRateUnit = "W" }) {
        if (evseId !== 0 && !station.find(evseId))
          return { response: { status: "Rejected", ...reason("UnknownEvse") } };
        const now = timers.now();
        const perUnit = toWatts(1, chargingRateUnit, station.phases);
        const steps = compose((moment) => station.limit(evseId, moment), now, now + duration * 1000);
        const chargingSchedulePeriod = steps.map(({ startS, watts, mode }) => {
          const rate = Math.round((watts / perUnit) * 10) / 10;
          return { startPeriod: startS, limit: Math.max(0, rate), ...dialect.periodInfo(rate, mode) };
        });
        const schedule = { evseId, duration, scheduleStart: iso(now), chargingRateUnit, chargingSchedulePeriod };
        return { response: { status: "Accepted", schedule } };
      },
    },
  };
}

const MAX_PROFILES = 20;

const isAnyOr = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;

function isSamePlace(a: Pick<Installed, "wire" | "evseId">, b: Pick<Installed, "wire" | "evseId">): boolean {
  return (
    a.evseId === b.evseId &&
    a.wire.stackLevel === b.wire.stackLevel &&
    a.wire.chargingProfilePurpose === b.wire.chargingProfilePurpose
  );
}
