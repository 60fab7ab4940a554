// Firmware updates and local publishing, OCPP 2.0.1 part 2, block L.
import type { Effects, Handlers } from "../handler.ts";
import { statusNotification, transferRequested, unpublished } from "../transfers.ts";

export const firmware: Handlers = {
  FirmwareStatusNotification: statusNotification("firmware", (status) => [{ kind: "firmwareStatus", status }]),
  PublishFirmwareStatusNotification: statusNotification("publishFirmware"),
};

export const firmwareEffects: Effects = {
  UpdateFirmware: transferRequested("firmware"),
  PublishFirmware: transferRequested("publishFirmware"),
  UnpublishFirmware: unpublished,
};
