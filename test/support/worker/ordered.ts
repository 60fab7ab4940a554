// A booted charger of any version with an operator who commands it over REST; the charger answers as the test says.
import { expect } from "vitest";
import { type Answer, call, someone } from "./api.ts";
import type { Charger } from "./charger.ts";
import { BOOT_2X, BOOT_16, online, SUBPROTOCOLS } from "./sessions.ts";

export type Version = keyof typeof SUBPROTOCOLS;

export interface Ordered {
  charger: Charger;
  token: string;
  /** Sends a command; the charger gives this answer. Resolves with the payload that it got, after the effect. */
  order(action: string, payload: object, answer: object): Promise<unknown>;
  /** Sends a CALL and gives the payload of its CALLRESULT. */
  tell(action: string, payload: object): Promise<unknown>;
  /** The items of a list below the charger. */
  list(name: string): Promise<Answer["body"]>;
  get(path: string): Promise<Answer["body"]>;
}

export async function ordered(version: Version): Promise<Ordered> {
  const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
  const { token } = await someone("operator");
  await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  const get = async (path: string) => {
    const { status, body } = await call("GET", path, { token });
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  return {
    charger,
    token,
    get,
    async order(action, payload, answer) {
      const path = `/api/charge-points/${charger.id}/ocpp${version}/${action}`;
      const request = call("POST", path, { token, body: payload });
      const frame = await Promise.race([charger.next(), refused(request)]);
      expect(frame.slice(0, 3)).toEqual([2, expect.any(String), action]);
      charger.send([3, frame[1], answer]);
      const { status, body } = await request;
      expect(status, JSON.stringify(body)).toBe(200);
      return frame[3];
    },
    async tell(action, payload) {
      const frame = await charger.call(action, payload);
      expect(frame[0], JSON.stringify(frame)).toBe(3);
      return frame[2];
    },
    list: async (name) => (await get(`/api/charge-points/${charger.id}/${name}`)).items,
  };
}

/** A command that is refused never reaches the charger: the test says why instead of hanging. */
async function refused(request: Promise<Answer>): Promise<never> {
  const { status, body } = await request;
  if (status < 300) return new Promise<never>(() => {});
  throw new Error(`the command was refused: ${status} ${JSON.stringify(body)}`);
}
