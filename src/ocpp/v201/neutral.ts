// The neutral commands in OCPP 2.0.1. 2.1 says them the same way, and can discharge.
import {
  HALF_SIGNED,
  type Holder,
  isoTime,
  isoTimeOr,
  type Limit,
  likelyPlace,
  limitProfileId,
  meantTransaction,
  type Neutral,
  NO_DISCHARGE,
  NO_PLACE,
  NO_TRANSACTION,
  only,
  type Place,
  type Said,
  startProfileId,
} from "../neutral.ts";

/** A lone connectorId counts as the EVSE: that is what drivers see numbered. */
const evseOf = ({ evseId, connectorId }: Place): number | undefined => evseId ?? connectorId;

/** A card that was never registered with a type is most likely just that. */
const tokenOf = ({ idToken, idTokenType }: Holder, type: string) => ({ idToken, type: idTokenType ?? type });
const groupOf = ({ groupId }: Holder) => only({ groupIdToken: groupId && { idToken: groupId, type: "Central" } });

/** What a schedule says in one period. */
export type Period = (limit: Limit) => object;

export const charge: Period = ({ limit, phases }) => ({ startPeriod: 0, limit, ...only({ numberPhases: phases }) });

interface Wish {
  limit: Limit;
  purpose: "ChargingStationMaxProfile" | "TxDefaultProfile" | "TxProfile";
  id: number;
  /** Members of the schedule that say when. */
  when: object;
}

const profile = ({ limit, purpose, id, when }: Wish, period: Period) => ({
  id,
  stackLevel: 0,
  chargingProfilePurpose: purpose,
  chargingProfileKind: purpose === "TxProfile" ? "Relative" : "Absolute",
  chargingSchedule: [{ id, ...when, chargingRateUnit: limit.unit, chargingSchedulePeriod: [period(limit)] }],
});

export const stop = (transactionId: string): Said => ({ action: "RequestStopTransaction", payload: { transactionId } });

/** @param discharge how a negative limit is said, where it can be */
export const neutralOf = (discharge?: Period): Neutral => {
  const periodOf = ({ limit }: Limit): Period | undefined => (limit < 0 ? discharge : charge);
  return {
    start({ limit, idToken, idTokenType, groupId, ...place }, { station, number }) {
      const evseId = evseOf(place) || likelyPlace(station)?.evseId;
      const holder = { idToken, idTokenType, groupId };
      const period = limit && periodOf(limit);
      if (limit !== undefined && period === undefined) return NO_DISCHARGE;
      const wish = limit && { limit, purpose: "TxProfile" as const, id: startProfileId(evseId ?? 0), when: {} };
      const chargingProfile = wish && period && profile(wish, period);
      const token = { idToken: tokenOf(holder, "Central"), ...groupOf(holder) };
      const payload = { remoteStartId: number, ...only({ evseId }), ...token, ...only({ chargingProfile }) };
      return { action: "RequestStartTransaction", payload };
    },

    stop(params, { station }) {
      const transaction = meantTransaction(station, params);
      if (transaction === undefined) return NO_TRANSACTION;
      return stop(transaction.ocppTransactionId);
    },

    unlock(place) {
      const evseId = evseOf(place);
      if (evseId === undefined) return NO_PLACE;
      const connectorId = place.evseId === undefined ? 1 : (place.connectorId ?? 1);
      return { action: "UnlockConnector", payload: { evseId, connectorId } };
    },

    reset: ({ type, evseId }) => ({
      action: "Reset",
      payload: { type: type === "hard" ? "Immediate" : "OnIdle", ...only({ evseId }) },
    }),

    availability({ operative, ...place }) {
      const id = evseOf(place);
      const connectorId = place.evseId === undefined ? undefined : place.connectorId;
      const evse = id === undefined || id === 0 ? {} : { evse: { id, ...only({ connectorId }) } };
      return {
        action: "ChangeAvailability",
        payload: { operationalStatus: operative ? "Operative" : "Inoperative", ...evse },
      };
    },

    reserve({ expiresAt, connectorType, reservationId, idToken, idTokenType, groupId, ...place }, { number }) {
      const holder = { idToken, idTokenType, groupId };
      const evseId = evseOf(place) || undefined;
      return {
        action: "ReserveNow",
        payload: {
          id: reservationId ?? number,
          expiryDateTime: isoTime(expiresAt),
          ...only({ connectorType, evseId }),
          idToken: tokenOf(holder, "ISO14443"),
          ...groupOf(holder),
        },
      };
    },

    cancelReservation: ({ reservationId }) => ({ action: "CancelReservation", payload: { reservationId } }),

    setLimit({ limit, unit, phases, duration, ...place }, { station }) {
      const evseId = evseOf(place) ?? 0;
      const wanted = { limit, unit, phases };
      const period = periodOf(wanted);
      if (period === undefined) return NO_DISCHARGE;
      if (evseId === 0 && limit < 0) return { refused: "discharging is set per EVSE" };
      const purpose = evseId === 0 ? "ChargingStationMaxProfile" : "TxDefaultProfile";
      const when = { startSchedule: isoTime(new Date(station.receivedAt)), ...only({ duration }) };
      const chargingProfile = profile({ limit: wanted, purpose, id: limitProfileId(evseId), when }, period);
      return { action: "SetChargingProfile", payload: { evseId, chargingProfile } };
    },

    clearLimit: (place) => ({
      action: "ClearChargingProfile",
      payload: { chargingProfileId: limitProfileId(evseOf(place) ?? 0) },
    }),

    getLog({ type, location, from, to, retries, retryInterval }, { number }): Said {
      const times = { ...isoTimeOr("oldestTimestamp", from), ...isoTimeOr("latestTimestamp", to) };
      const logType = type === "diagnostics" ? "DiagnosticsLog" : "SecurityLog";
      const log = { remoteLocation: location, ...times };
      return { action: "GetLog", payload: { logType, requestId: number, log, ...only({ retries, retryInterval }) } };
    },

    updateFirmware(
      { location, retrieveAt, installAt, signingCertificate, signature, ...retrying },
      { station, number },
    ) {
      if ((signingCertificate === undefined) !== (signature === undefined)) return HALF_SIGNED;
      const retrieveDateTime = isoTime(retrieveAt ?? new Date(station.receivedAt));
      const times = { retrieveDateTime, ...isoTimeOr("installDateTime", installAt) };
      const firmware = { location, ...times, ...only({ signingCertificate, signature }) };
      return { action: "UpdateFirmware", payload: { requestId: number, firmware, ...only(retrying) } };
    },
  };
};

export const neutral = neutralOf();
