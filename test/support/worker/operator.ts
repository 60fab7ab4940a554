// An operator and a charger that has booted: what most tests of commands and reports begin with.
import { call, someone } from "./api.ts";
import { type Charger, connectCharger } from "./charger.ts";
import { type Registration, registerCharger } from "./registry.ts";
import { BOOT_2X, BOOT_16, SUBPROTOCOLS } from "./sessions.ts";

export interface Scene {
  charger: Charger;
  /** GET below /api/charge-points/{id}. */
  get(path: string): ReturnType<typeof call>;
  post(path: string, body?: unknown): ReturnType<typeof call>;
  /** Sends a command and lets the charger answer it; `as` also gives what it was asked. */
  command(action: string, payload: object, answer: object): Promise<{ status: number; id: string; asked: unknown }>;
  /** Answers the next CALL of the CSMS, and gives its action and payload. */
  answer(response: object | ((payload: never) => object)): Promise<{ action: unknown; payload: unknown }>;
  token: string;
}

export async function scene(version: keyof typeof SUBPROTOCOLS, registration: Registration = {}): Promise<Scene> {
  const id = await registerCharger(registration);
  const { token } = await someone("operator");
  const charger = await connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
  await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  const path = (rest: string) => `/api/charge-points/${id}/${rest}`;
  const answer: Scene["answer"] = async (response) => {
    const [, messageId, action, payload] = await charger.next();
    charger.send([3, messageId, typeof response === "function" ? response(payload as never) : response]);
    return { action, payload };
  };
  const post: Scene["post"] = (rest, body = {}) => call("POST", path(rest), { token, body });
  return {
    charger,
    token,
    get: (rest) => call("GET", path(rest), { token }),
    post,
    answer,
    async command(action, payload, response) {
      const sent = post("commands", { action, payload });
      const { payload: asked } = await answer(response);
      const { status, body } = await sent;
      return { status, id: body.id ?? body.commandId, asked };
    },
  };
}
