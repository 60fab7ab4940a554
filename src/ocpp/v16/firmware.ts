// Firmware updates, OCPP 1.6 sections 4.5 and 5.19, and the signed ones of the security whitepaper, chapter 5.3.
import type { Effects, Handlers } from "../handler.ts";
import { statusNotification, transferRequested } from "../transfers.ts";

const firmwareStatus = statusNotification("firmware", (status) => [{ kind: "firmwareStatus", status }]);

export const firmware: Handlers = {
  FirmwareStatusNotification: firmwareStatus,
  SignedFirmwareStatusNotification: firmwareStatus,
};

export const firmwareEffects: Effects = {
  UpdateFirmware: transferRequested("firmware"),
  SignedUpdateFirmware: transferRequested("firmware"),
};
