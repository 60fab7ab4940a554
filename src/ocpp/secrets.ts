// What must not be seen of a command once it is on its way: passwords and keys. Everybody who may read commands or
// messages would read them there.
import { list, type Payload, record } from "./read.ts";

const MASK = "********";

/** Settings that hold a secret, under the names of every version. */
const SECRET_SETTINGS: ReadonlySet<string> = new Set(["authorizationkey", "basicauthpassword"]);
/** Members that are a secret wherever they stand in a payload of these actions. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set(["basicAuthPassword", "apnPassword", "password", "key"]);

export const isSecretSetting = (name: unknown): boolean =>
  typeof name === "string" && SECRET_SETTINGS.has(name.toLowerCase());

const MASKED: Readonly<Record<string, (payload: Payload) => Payload>> = {
  ChangeConfiguration: (payload) => (isSecretSetting(payload.key) ? { ...payload, value: MASK } : payload),
  SetVariables: (payload) => ({
    ...payload,
    setVariableData: list(payload.setVariableData).map((entry) => {
      const data = record(entry);
      return isSecretSetting(record(data.variable).name) ? { ...data, attributeValue: MASK } : data;
    }),
  }),
  ...Object.fromEntries(
    ["GetDiagnostics", "GetLog", "UpdateFirmware", "SignedUpdateFirmware", "PublishFirmware"].map((action) => [
      action,
      withoutAddressSecrets,
    ]),
  ),
  SetNetworkProfile: (payload) => ({ ...payload, connectionData: masked(record(payload.connectionData)) }),
};

/** @param payload JSON text @returns the same without its secrets */
export function withoutSecrets(action: string, payload: string): string {
  const mask = Object.hasOwn(MASKED, action) ? MASKED[action] : undefined;
  return mask === undefined ? payload : JSON.stringify(mask(record(JSON.parse(payload))));
}

/** A password in a URL, and what stands for one in an address of ours: whoever knows it may use it. */
const ADDRESS_SECRETS = [/(?<=:\/\/[^/@]*:)[^/@]+(?=@)/, /(?<=\/http\/(?:upload\/t|files\/s)\/)[^/]+/];

function withoutAddressSecrets(payload: Payload): Payload {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if (typeof value === "string" && /location$/i.test(name)) {
        return [name, ADDRESS_SECRETS.reduce((address, secret) => address.replace(secret, MASK), value)];
      }
      return [name, name === "log" || name === "firmware" ? withoutAddressSecrets(record(value)) : value];
    }),
  );
}

function masked(data: Payload): Payload {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (SECRET_MEMBERS.has(name)) return [name, MASK];
      return [name, typeof value === "object" && value !== null ? masked(record(value)) : value];
    }),
  );
}
