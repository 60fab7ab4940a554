// Smart charging, OCPP 2.0.1 part 2, block K.
import type { Fact } from "../facts/fact.ts";
import type { NotifyEVChargingNeedsResponse, NotifyEVChargingScheduleResponse } from "../generated/types-v201.ts";
import { type Effects, effect, finding, type Handler, type Handlers, type Outcome, type Station } from "../handler.ts";
import {
  drop,
  type HeldProfile,
  hold,
  type ProfileCriteria,
  type TransactionDetail,
  transactionDetail,
} from "../held.ts";
import { noticed } from "../notices.ts";
import { integer, list, type Payload, record, text } from "../read.ts";

export const smartCharging: Handlers = {
  // An operator, or a program that listens to the events, may answer with a profile; until then the charger goes by
  // its default. 2.0.1 has one word for that.
  NotifyEVChargingNeeds: chargingNeeds("Processing" satisfies NotifyEVChargingNeedsResponse["status"]),

  NotifyEVChargingSchedule: {
    tolerance: "values",
    summary: "the schedule that the EV made is shown on the transaction",
    handle(station, payload) {
      // It was understood: the specification says that this implies no approval.
      const response: NotifyEVChargingScheduleResponse = { status: "Accepted" };
      return { response, facts: ofEvse(station, "evChargingSchedule", payload) };
    },
  },

  NotifyChargingLimit: {
    tolerance: "values",
    summary: "the external limit is shown under /api/charge-points/{id}/charging-limits",
    handle(_station, payload) {
      const evseId = integer(payload.evseId) ?? 0;
      const { chargingLimitSource: source, ...limit } = record(payload.chargingLimit);
      const chargingLimitSource = text(source) ?? "Other";
      const { chargingSchedule } = payload;
      const data = { evseId, chargingLimitSource, ...limit, chargingSchedule };
      const key = `${evseId}/${chargingLimitSource}`;
      return {
        response: {},
        facts: [hold({ kind: "chargingLimit", key, evseId, data }), noticed("NotifyChargingLimit")],
      };
    },
  },

  ClearedChargingLimit: {
    tolerance: "values",
    summary: "the external limit leaves /api/charge-points/{id}/charging-limits",
    handle(_station, payload) {
      const chargingLimitSource = text(payload.chargingLimitSource) ?? "Other";
      // Without an EVSE the whole charger is free of it, whatever it was told for.
      const evseId = integer(payload.evseId) || undefined;
      return {
        response: {},
        facts: [
          drop({ kind: "chargingLimit", evseId, match: { chargingLimitSource } }),
          noticed("ClearedChargingLimit"),
        ],
      };
    },
  },

  ReportChargingProfiles: {
    tolerance: "values",
    summary: "the reported profiles are kept under /api/charging-profiles; those that a complete report lacks leave it",
    handle: (station, payload) => ({ response: {}, facts: reported(station, payload) }),
  },
};

export const smartChargingEffects: Effects = {
  SetChargingProfile: effect("an accepted profile is kept under /api/charging-profiles", (request, { status }) =>
    status === "Accepted" ? set(integer(request.evseId) ?? 0, request.chargingProfile, "CSO") : [],
  ),

  // Unknown: the charger has none that fits, so whatever we believed is gone as well.
  ClearChargingProfile: effect("the cleared profiles leave /api/charging-profiles", (request, { status }) =>
    status === "Accepted" || status === "Unknown" ? [{ kind: "chargingProfilesGone", criteria: cleared(request) }] : [],
  ),

  GetChargingProfiles: effect(
    "the profiles come as ReportChargingProfiles; if there are none, ours go",
    (request, { status }) =>
      status === "NoProfiles" ? [{ kind: "chargingProfilesGone", criteria: askedFor(request) }] : [],
  ),

  GetCompositeSchedule: effect(
    "the last schedule of each EVSE is shown under /api/charge-points/{id}/composite-schedules",
    (request, response) => {
      if (response.status !== "Accepted") return [];
      const evseId = integer(request.evseId) ?? 0;
      return [hold({ kind: "compositeSchedule", key: String(evseId), evseId, data: record(response.schedule) })];
    },
  ),
};

/** @param status what the version calls "understood, but there is no profile to send now" */
export function chargingNeeds(status: "Processing" | "NoChargingProfile"): Handler {
  return {
    tolerance: "values",
    summary: `the EV's needs are shown on the transaction; answered ${status}: an operator may send a profile`,
    handle: (station, payload): Outcome => ({
      response: { status },
      facts: ofEvse(station, "chargingNeeds", payload),
    }),
  };
}

/** What an EV tells through an EVSE belongs to the transaction there, or to the one that is about to begin. */
function ofEvse(station: Station, detail: TransactionDetail, payload: Payload): Fact[] {
  const evseId = integer(payload.evseId) ?? 0;
  const transaction = station.openTransactions().find((tx) => tx.evseId === evseId);
  return [transactionDetail(detail, transaction?.ocppTransactionId ?? "", evseId, payload)];
}

function reported(station: Station, payload: Payload): Fact[] {
  const evseId = integer(payload.evseId) ?? 0;
  const source = text(payload.chargingLimitSource) ?? "Other";
  const profiles = list(payload.chargingProfile).flatMap((profile) => set(evseId, profile, source));
  if (payload.tbc === true) return profiles;
  const asked = station.asked("GetChargingProfiles", integer(payload.requestId));
  if (asked === undefined) {
    return [...profiles, finding("unasked_report", `ReportChargingProfiles for request ${text(payload.requestId)}`)];
  }
  const criteria = { ...askedFor(asked.payload), before: asked.sentAt };
  return [...profiles, { kind: "chargingProfilesGone", criteria }];
}

export function set(evseId: number, value: unknown, source: string): Fact[] {
  const profile = record(value);
  const profileId = integer(profile.id);
  if (profileId === undefined) return [];
  const held: HeldProfile = {
    profileId,
    evseId,
    purpose: text(profile.chargingProfilePurpose) ?? "",
    stackLevel: integer(profile.stackLevel) ?? 0,
    transactionId: text(profile.transactionId),
    source,
    profile,
  };
  return [{ kind: "chargingProfile", profile: held, replaces: "id" }];
}

/** With an id, the other criteria count for nothing (K10). */
function cleared(request: Payload): ProfileCriteria {
  const id = integer(request.chargingProfileId);
  if (id !== undefined) return { ids: [id] };
  const { evseId, chargingProfilePurpose, stackLevel } = record(request.chargingProfileCriteria);
  // External constraints are not ours to clear (K10.FR.06), so they stay even if nothing names a source.
  return {
    evseId: integer(evseId),
    purpose: text(chargingProfilePurpose),
    stackLevel: integer(stackLevel),
    sources: ["CSO"],
  };
}

function askedFor(request: Payload): ProfileCriteria {
  const { chargingProfileId, chargingProfilePurpose, stackLevel, chargingLimitSource } = record(
    request.chargingProfile,
  );
  const ids = list(chargingProfileId).flatMap((id) => integer(id) ?? []);
  const sources = list(chargingLimitSource).flatMap((source) => text(source) ?? []);
  return {
    evseId: integer(request.evseId),
    purpose: text(chargingProfilePurpose),
    stackLevel: integer(stackLevel),
    ids: ids.length === 0 ? undefined : ids,
    sources: sources.length === 0 ? undefined : sources,
  };
}

/** A start may bring a charging profile along. */
export function withStartProfile(effects: Effects): Effects {
  const own = effects.RequestStartTransaction;
  const summary = `${own === undefined ? "" : `${own.summary}; `}keeps a charging profile that came along`;
  const start = effect(summary, (request, response, context) => [
    ...(own?.(request, response, context) ?? []),
    ...(response.status === "Accepted" ? profileOfStart(request, response) : []),
  ]);
  return { ...effects, RequestStartTransaction: start };
}

/** The profile cannot name the transaction that it is for; the answer does if that had begun with the cable. */
const profileOfStart = ({ evseId, chargingProfile }: Payload, { transactionId }: Payload): Fact[] =>
  set(integer(evseId) ?? 0, { transactionId, ...record(chargingProfile) }, "CSO");
