// Battery swapping, OCPP 2.1 part 2, block S: which batteries were put in and taken out, by request id.
import { type Effects, effect, type Handlers } from "../handler.ts";
import { hold } from "../held.ts";
import { integer, text } from "../read.ts";

/** What an event says about the batteries it lists. */
const MEMBER: ReadonlyMap<string, string> = new Map([
  ["BatteryIn", "batteriesIn"],
  ["BatteryOut", "batteriesOut"],
  ["BatteryOutTimeout", "batteriesNotTaken"],
]);

export const batterySwap: Handlers = {
  BatterySwap: {
    tolerance: "values",
    summary: "the batteries in and out of each swap are shown under /api/charge-points/{id}/battery-swaps",
    handle(station, payload) {
      const requestId = integer(payload.requestId) ?? 0;
      const eventType = text(payload.eventType) ?? "";
      const data = {
        requestId,
        idToken: payload.idToken,
        lastEvent: eventType,
        lastEventAt: new Date(station.receivedAt).toISOString(),
        [MEMBER.get(eventType) ?? "batteries"]: payload.batteryData,
      };
      return {
        response: {},
        facts: [hold({ kind: "batterySwap", key: String(requestId), evseId: 0, data, merge: true })],
      };
    },
  },
};

export const batterySwapEffects: Effects = {
  RequestBatterySwap: effect("an accepted request begins the entry of its swap", (request, { status }) => {
    const { requestId, idToken } = request;
    const key = String(integer(requestId) ?? 0);
    return status === "Accepted"
      ? [hold({ kind: "batterySwap", key, evseId: 0, data: { requestId, idToken }, merge: true })]
      : [];
  }),
};
