// Diagnostics, OCPP 1.6 sections 4.4 and 5.9, and the logs of the security whitepaper, chapter 5.2.
import type { Effects, Handlers } from "../handler.ts";
import { statusNotification, transferRequested } from "../transfers.ts";

export const diagnostics: Handlers = {
  DiagnosticsStatusNotification: statusNotification("diagnostics", (status) => [{ kind: "diagnosticsStatus", status }]),
  LogStatusNotification: statusNotification("log", (status) => [{ kind: "diagnosticsStatus", status }]),
};

export const diagnosticsEffects: Effects = {
  GetDiagnostics: transferRequested("diagnostics"),
  GetLog: transferRequested("log"),
};
