// FirmwareStatusNotification, OCPP 1.6 section 4.5.
import type { FirmwareStatusNotificationResponse } from "../generated/types-v16.ts";
import type { Handlers } from "../handler.ts";
import { text } from "../read.ts";

export const firmware: Handlers = {
  FirmwareStatusNotification: {
    tolerance: "values",
    handle(_station, payload) {
      const response: FirmwareStatusNotificationResponse = {};
      return { response, facts: [{ kind: "firmwareStatus", status: text(payload.status) ?? "" }] };
    },
  },
};
