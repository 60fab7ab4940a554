// New passwords and security profiles, OCPP 1.6 security whitepaper edition 3, sections 2.2 and 2.3.
import { isSecretSetting } from "../secrets.ts";
import type { SecurityCommands } from "../security-commands.ts";
import { ISO15118_VENDOR } from "../signing-request.ts";

/** The types that the whitepaper knows; all others are plug & charge, and travel in DataTransfer. */
const TYPES: Readonly<Record<string, string>> = {
  CSMSRootCertificate: "CentralSystemRootCertificate",
  ManufacturerRootCertificate: "ManufacturerRootCertificate",
};

export const securityCommands: SecurityCommands = {
  // Hexadecimal, 16 to 20 bytes: some chargers send the bytes, some the text, and both are accepted.
  password: (password) => ({ action: "ChangeConfiguration", payload: { key: "AuthorizationKey", value: password } }),
  passwordIn: (action, { key, value }) =>
    action === "ChangeConfiguration" && isSecretSetting(key) && typeof value === "string" ? value : undefined,
  profile: (profile) => [
    { action: "ChangeConfiguration", payload: { key: "SecurityProfile", value: String(profile) } },
  ],
  // It knows no "when idle": a driver must not lose his charge for it.
  reconnect: (isIdle) => (isIdle ? { action: "Reset", payload: { type: "Hard" } } : undefined),
  installCertificate(type, certificate) {
    const certificateType = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (certificateType !== undefined)
      return { action: "InstallCertificate", payload: { certificateType, certificate } };
    const data = JSON.stringify({ certificateType: type, certificate });
    return { action: "DataTransfer", payload: { vendorId: ISO15118_VENDOR, messageId: "InstallCertificate", data } };
  },
  outcome({ status }) {
    if (status === "Accepted" || status === "RebootRequired") return "taken";
    return status === "Rejected" || status === "NotSupported" ? "refused" : "unclear";
  },
};
