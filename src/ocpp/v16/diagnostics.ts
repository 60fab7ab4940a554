// DiagnosticsStatusNotification, OCPP 1.6 section 4.4.
import type { DiagnosticsStatusNotificationResponse } from "../generated/types-v16.ts";
import type { Handlers } from "../handler.ts";
import { text } from "../read.ts";

export const diagnostics: Handlers = {
  DiagnosticsStatusNotification: {
    tolerance: "values",
    handle(_station, payload) {
      const response: DiagnosticsStatusNotificationResponse = {};
      return { response, facts: [{ kind: "diagnosticsStatus", status: text(payload.status) ?? "" }] };
    },
  },
};
