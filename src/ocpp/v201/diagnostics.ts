// Logs and customer information, OCPP 2.0.1 part 2, block N, use cases N01, N09 and N10.
import type { Effects, Handlers } from "../handler.ts";
import { partOf, reportRequested } from "../reporting.ts";
import { statusNotification, transferRequested } from "../transfers.ts";

export const diagnostics: Handlers = {
  LogStatusNotification: statusNotification("log", (status) => [{ kind: "diagnosticsStatus", status }]),

  // What it says of a person stays in the log entry alone, until it was shown once.
  NotifyCustomerInformation: {
    summary: "its parts are joined, told once to whoever takes them, then erased",
    tolerance: "any",
    handle: (_station, payload) => ({ response: {}, facts: [partOf("customerInformation", payload)] }),
  },
};

export const diagnosticsEffects: Effects = {
  GetLog: transferRequested("log"),
  // A mere order to clear is confirmed by one notification, too.
  CustomerInformation: reportRequested("customerInformation", { full: false }),
};
