// An operator and a booted charger, and what passes between them: REST on one side, raw frames on the other.
import { type Answer, call, someone } from "./api.ts";
import { type Charger, connectCharger, newIdentity } from "./charger.ts";
import { BOOT_2X, BOOT_16, SUBPROTOCOLS } from "./sessions.ts";

export type Version = keyof typeof SUBPROTOCOLS;

export interface Setting {
  token: string;
  id: string;
  charger: Charger;
  version: Version;
}

export async function commanded(version: Version): Promise<Setting> {
  const { token } = await someone("operator");
  const id = newIdentity("Neutral");
  await call("POST", "/api/charge-points", { token, body: { id } });
  const charger = await connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
  await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  return { token, id, charger, version };
}

interface Exchange extends Answer {
  action: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  payload: any;
}

/** One REST request, and the charger's answer to the CALL that it makes. */
export async function exchange(
  { token, charger }: Setting,
  method: string,
  path: string,
  body: unknown,
  response: object,
): Promise<Exchange> {
  const request = call(method, path, { token, body });
  // A request that is refused makes no CALL: waiting for one would hide why.
  const refused = request.then(({ status, body }) => {
    throw new Error(`${path} answered ${status} before any CALL: ${JSON.stringify(body)}`);
  });
  const frame = await Promise.race([charger.next(), refused]);
  refused.catch(() => undefined);
  charger.send([3, frame[1], response]);
  return { action: frame[2], payload: frame[3], ...(await request) };
}

/** A neutral command to the charger, and what it says. */
export const command = (setting: Setting, name: string, body: unknown, response: object = { status: "Accepted" }) =>
  exchange(setting, "POST", `/api/charge-points/${setting.id}/${name}`, body, response);

/** Any OCPP action. */
export const send = (setting: Setting, action: string, payload: object, response: object = { status: "Accepted" }) =>
  exchange(setting, "POST", `/api/charge-points/${setting.id}/commands`, { action, payload }, response);

export const get = async ({ token }: Setting, path: string) => (await call("GET", path, { token })).body;
