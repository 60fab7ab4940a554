// Smart charging, OCPP 1.6 sections 5.5, 5.7 and 5.16. The charger initiates nothing here: it answers.
import type { Fact } from "../facts/fact.ts";
import { type Effects, effect } from "../handler.ts";
import { type HeldProfile, hold } from "../held.ts";
import { integer, type Payload, record, text } from "../read.ts";

export const smartChargingEffects: Effects = {
  SetChargingProfile: effect("an accepted profile is kept under /api/charging-profiles", (request, { status }) =>
    status === "Accepted" ? setProfile(integer(request.connectorId) ?? 0, record(request.csChargingProfiles)) : [],
  ),

  RemoteStartTransaction: effect(
    "the transaction that it begets names the command; a charging profile that came along is kept",
    ({ connectorId, chargingProfile }, { status }) =>
      status === "Accepted" ? setProfile(integer(connectorId) ?? 0, record(chargingProfile)) : [],
  ),

  // Unknown: the charger has none that fits, so whatever we believed is gone as well.
  ClearChargingProfile: effect("the cleared profiles leave /api/charging-profiles", (request, { status }) =>
    status === "Accepted" || status === "Unknown" ? [{ kind: "chargingProfilesGone", criteria: cleared(request) }] : [],
  ),

  GetCompositeSchedule: effect(
    "the last schedule of each connector is shown under /api/charge-points/{id}/composite-schedules",
    (request, response) => {
      if (response.status !== "Accepted") return [];
      const evseId = integer(response.connectorId) ?? integer(request.connectorId) ?? 0;
      const { scheduleStart, chargingSchedule } = response;
      const data = { connectorId: evseId, scheduleStart, ...record(chargingSchedule) };
      return [hold({ kind: "compositeSchedule", key: String(evseId), evseId, data })];
    },
  ),
};

/** A profile with the purpose and stack level of another one on the connector takes its place (section 5.16.4). */
function setProfile(connectorId: number, profile: Payload): Fact[] {
  const held = readProfile(connectorId, profile);
  return held === undefined ? [] : [{ kind: "chargingProfile", profile: held, replaces: "level" }];
}

function readProfile(connectorId: number, profile: Payload): HeldProfile | undefined {
  const profileId = integer(profile.chargingProfileId);
  if (profileId === undefined) return undefined;
  return {
    profileId,
    evseId: connectorId,
    purpose: text(profile.chargingProfilePurpose) ?? "",
    stackLevel: integer(profile.stackLevel) ?? 0,
    transactionId: text(profile.transactionId),
    source: "CSO",
    profile,
  };
}

/** With an id, the other criteria count for nothing (section 5.5). */
const cleared = ({ id, connectorId, chargingProfilePurpose, stackLevel }: Payload) => {
  const profileId = integer(id);
  if (profileId !== undefined) return { ids: [profileId] };
  return {
    evseId: integer(connectorId),
    purpose: text(chargingProfilePurpose),
    stackLevel: integer(stackLevel),
  };
};
