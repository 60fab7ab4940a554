// New passwords and security profiles, OCPP 2.0.1 part 2, A01, A05 and B09.
import { list, type Payload, record, text } from "../read.ts";
import { isSecretSetting } from "../secrets.ts";
import type { NetworkProfile, SecurityCommands } from "../security-commands.ts";

const TAKEN: ReadonlySet<unknown> = new Set(["Accepted", "RebootRequired"]);

const isPassword = ({ variable }: Payload): boolean => isSecretSetting(record(variable).name);

const setVariable = (component: string, variable: string, attributeValue: string) => ({
  action: "SetVariables",
  payload: { setVariableData: [{ attributeValue, component: { name: component }, variable: { name: variable } }] },
});

const PRIORITY = { component: { name: "OCPPCommCtrlr" }, variable: { name: "NetworkConfigurationPriority" } };

/** The slots that stay, behind the new one. */
function withFallback({ slot, priority }: NetworkProfile, known: string | undefined): string {
  if (priority !== undefined) return priority.join(",");
  const others = (known ?? "").split(",").map((one) => one.trim());
  return [String(slot), ...others.filter((one) => one !== "" && one !== String(slot))].join(",");
}

/** @param ocppVersion how the version names itself in a network profile; undefined: it need not */
export const securityCommandsOf = (ocppVersion: string | undefined): SecurityCommands => ({
  password: (password) => setVariable("SecurityCtrlr", "BasicAuthPassword", password),
  passwordIn(action, payload) {
    if (action === "SetNetworkProfile") return text(record(payload.connectionData).basicAuthPassword);
    const entry = action === "SetVariables" ? list(payload.setVariableData).map(record).find(isPassword) : undefined;
    return entry && text(entry.attributeValue);
  },
  networkPriority: {
    ask: { action: "GetVariables", payload: { getVariableData: [PRIORITY] } },
    read(response) {
      const [result] = list(response.getVariableResult).map(record);
      return result?.attributeStatus === "Accepted" ? text(result.attributeValue) : undefined;
    },
    restore: (priority) => setVariable(PRIORITY.component.name, PRIORITY.variable.name, priority),
  },
  profile(profile, network, known) {
    // Read-only by the specification, but there are chargers that know no other way.
    if (network === undefined) return [setVariable("SecurityCtrlr", "SecurityProfile", String(profile))];
    const connectionData = {
      ...(ocppVersion === undefined ? {} : { ocppVersion }),
      ocppTransport: "JSON",
      ocppCsmsUrl: network.url,
      messageTimeout: network.messageTimeout,
      securityProfile: profile,
      ocppInterface: network.interface,
    };
    return [
      { action: "SetNetworkProfile", payload: { configurationSlot: network.slot, connectionData } },
      setVariable(PRIORITY.component.name, PRIORITY.variable.name, withFallback(network, known)),
    ];
  },
  reconnect: () => ({ action: "Reset", payload: { type: "OnIdle" } }),
  installCertificate: (certificateType, certificate) => ({
    action: "InstallCertificate",
    payload: { certificateType, certificate },
  }),
  outcome(response) {
    const results = list(response.setVariableResult).map(record);
    const result = results.find(isPassword) ?? results[0];
    const status = result === undefined ? response.status : result.attributeStatus;
    if (status === undefined) return "unclear";
    return TAKEN.has(status) ? "taken" : "refused";
  },
});

/** 2.0.1 names itself OCPP20: errata to part 2, OCPPVersionEnumType. */
export const securityCommands = securityCommandsOf("OCPP20");
