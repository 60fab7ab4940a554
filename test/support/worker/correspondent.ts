// A charger that answers whatever it is asked: the answers of its CALLs are told apart by message id, and our own CALLs
// get the response that the test has laid out for their action, or a CALLERROR.
import { type Charger, withTimeout } from "./charger.ts";
import type { Registration } from "./registry.ts";
import { BOOT_2X, BOOT_16, online, SUBPROTOCOLS } from "./sessions.ts";

export interface Correspondent {
  charger: Charger;
  /** The responses to our CALLs, by action. */
  responses: Map<string, object>;
  /** Sends a CALL and resolves with the frame that carries its id. */
  ask(action: string, payload: unknown): Promise<unknown[]>;
  /** Sends a SEND. */
  tell(action: string, payload: unknown): void;
  /** The text of our CALL with this message id, if it came. */
  callOf(id: string): string | undefined;
  /** All of our CALLs of an action. */
  callsOf(action: string): string[];
  /** Every answer that came under an id that nobody waits for. */
  strays: unknown[][];
}

let counter = 0;

export async function correspondent(
  version: keyof typeof SUBPROTOCOLS,
  registration: Registration = {},
): Promise<Correspondent> {
  const charger = await online(registration, { subprotocols: SUBPROTOCOLS[version] });
  const calls = new Map<string, { action: string; text: string }>();
  const waiting = new Map<unknown, (frame: unknown[]) => void>();
  const responses = new Map<string, object>();
  const strays: unknown[][] = [];
  charger.socket.addEventListener("message", ({ data }) => {
    const frame: unknown[] = JSON.parse(String(data));
    const [type, id, action] = frame;
    if (type === 2) {
      calls.set(String(id), { action: String(action), text: String(data) });
      const response = responses.get(String(action));
      charger.send(response === undefined ? [4, id, "NotSupported", "", {}] : [3, id, response]);
      return;
    }
    const taker = waiting.get(id);
    if (taker === undefined) strays.push(frame);
    else taker(frame);
    waiting.delete(id);
  });
  const ask = async (action: string, payload: unknown) => {
    const id = `ask-${++counter}`;
    const answer = new Promise<unknown[]>((resolve) => waiting.set(id, resolve));
    charger.send([2, id, action, payload]);
    return withTimeout(answer, `the answer to ${action}`);
  };
  await ask("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  return {
    charger,
    responses,
    strays,
    ask,
    tell: (action, payload) => charger.send([6, `tell-${++counter}`, action, payload]),
    callOf: (id) => calls.get(id)?.text,
    callsOf: (action) => [...calls.values()].filter((call) => call.action === action).map(({ text }) => text),
  };
}
