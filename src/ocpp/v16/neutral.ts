// The neutral commands in OCPP 1.6.
import {
  HALF_SIGNED,
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

const connectorOf = ({ connectorId, evseId }: Place): number | undefined => connectorId ?? evseId;

const schedule = ({ limit, unit, phases }: Limit, more: object) => ({
  ...more,
  chargingRateUnit: unit,
  chargingSchedulePeriod: [{ startPeriod: 0, limit, ...only({ numberPhases: phases }) }],
});

export const stop = (ocppTransactionId: string): Said => ({
  action: "RemoteStopTransaction",
  payload: { transactionId: Number(ocppTransactionId) },
});

export const neutral: Neutral = {
  start({ idToken, limit, ...place }, { station }) {
    const connectorId = connectorOf(place) || likelyPlace(station)?.connectorId;
    if (limit !== undefined && limit.limit < 0) return NO_DISCHARGE;
    const chargingProfile = limit && {
      chargingProfileId: startProfileId(connectorId ?? 0),
      stackLevel: 0,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: schedule(limit, {}),
    };
    return { action: "RemoteStartTransaction", payload: { idTag: idToken, ...only({ connectorId, chargingProfile }) } };
  },

  stop(params, { station }) {
    const transaction = meantTransaction(station, params);
    if (transaction === undefined) return NO_TRANSACTION;
    return stop(transaction.ocppTransactionId);
  },

  unlock(place) {
    const connectorId = connectorOf(place);
    return connectorId === undefined ? NO_PLACE : { action: "UnlockConnector", payload: { connectorId } };
  },

  reset({ type, evseId }) {
    if (evseId !== undefined) return { refused: "OCPP 1.6 can only reset the whole charger" };
    return { action: "Reset", payload: { type: type === "hard" ? "Hard" : "Soft" } };
  },

  availability: ({ operative, ...place }) => ({
    action: "ChangeAvailability",
    payload: { connectorId: connectorOf(place) ?? 0, type: operative ? "Operative" : "Inoperative" },
  }),

  reserve({ idToken, groupId, expiresAt, connectorType, reservationId, ...place }, { number }) {
    if (connectorType !== undefined) return { refused: "OCPP 1.6 cannot reserve by the type of the connector" };
    return {
      action: "ReserveNow",
      payload: {
        connectorId: connectorOf(place) ?? 0,
        expiryDate: isoTime(expiresAt),
        idTag: idToken,
        ...only({ parentIdTag: groupId }),
        reservationId: reservationId ?? number,
      },
    };
  },

  cancelReservation: ({ reservationId }) => ({ action: "CancelReservation", payload: { reservationId } }),

  setLimit({ limit, unit, phases, duration, ...place }, { station }) {
    if (limit < 0) return NO_DISCHARGE;
    const connectorId = connectorOf(place) ?? 0;
    const startSchedule = isoTime(new Date(station.receivedAt));
    return {
      action: "SetChargingProfile",
      payload: {
        connectorId,
        csChargingProfiles: {
          chargingProfileId: limitProfileId(connectorId),
          stackLevel: 0,
          chargingProfilePurpose: connectorId === 0 ? "ChargePointMaxProfile" : "TxDefaultProfile",
          chargingProfileKind: "Absolute",
          chargingSchedule: schedule({ limit, unit, phases }, { startSchedule, ...only({ duration }) }),
        },
      },
    };
  },

  clearLimit: (place) => ({
    action: "ClearChargingProfile",
    payload: { id: limitProfileId(connectorOf(place) ?? 0) },
  }),

  getLog({ type, location, from, to, retries, retryInterval }, { number }) {
    const patience = only({ retries, retryInterval });
    if (type === "diagnostics") {
      const times = { ...isoTimeOr("startTime", from), ...isoTimeOr("stopTime", to) };
      return { action: "GetDiagnostics", payload: { location, ...patience, ...times } };
    }
    const times = { ...isoTimeOr("oldestTimestamp", from), ...isoTimeOr("latestTimestamp", to) };
    const log = { remoteLocation: location, ...times };
    return { action: "GetLog", payload: { logType: "SecurityLog", requestId: number, log, ...patience } };
  },

  updateFirmware({ location, retrieveAt, installAt, signingCertificate, signature, ...retrying }, { station, number }) {
    const retrieveDateTime = isoTime(retrieveAt ?? new Date(station.receivedAt));
    const patience = only(retrying);
    if (signingCertificate === undefined && signature === undefined) {
      if (installAt !== undefined) return { refused: "unsigned firmware cannot be scheduled in OCPP 1.6" };
      return { action: "UpdateFirmware", payload: { location, retrieveDate: retrieveDateTime, ...patience } };
    }
    if (signingCertificate === undefined || signature === undefined) return HALF_SIGNED;
    const firmware = {
      location,
      retrieveDateTime,
      ...isoTimeOr("installDateTime", installAt),
      signingCertificate,
      signature,
    };
    return { action: "SignedUpdateFirmware", payload: { requestId: number, firmware, ...patience } };
  },
};
