// A location with chargers that obey, and a site that shares its power, over the API and raw frames.
import { expect } from "vitest";
import { call } from "./api.ts";
import { type Charger, connectCharger, eventually } from "./charger.ts";
import { registerCharger } from "./registry.ts";
import { BOOT_2X, BOOT_16, SUBPROTOCOLS } from "./sessions.ts";

export type Version = keyof typeof SUBPROTOCOLS;

/** A charger that takes every limit, and tells which one is in force. */
export class Obedient {
  readonly charger: Charger;
  readonly version: Version;
  limit: number | undefined;
  answer: "Accepted" | "Rejected" | "silence" = "Accepted";
  #transactionId = 0;
  #seqNo = 0;
  readonly #answers = new Map<string, (frame: unknown[]) => void>();

  constructor(charger: Charger, version: Version) {
    this.charger = charger;
    this.version = version;
    charger.socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data))));
  }

  static async online(version: Version, id?: string): Promise<Obedient> {
    const identity = await registerCharger({}, id);
    const charger = await connectCharger(identity, { subprotocols: SUBPROTOCOLS[version] });
    const obedient = new Obedient(charger, version);
    await obedient.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
    return obedient;
  }

  call(action: string, payload: object): Promise<unknown[]> {
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    this.#answers.set(id, resolve);
    this.charger.send([2, id, action, payload]);
    return promise;
  }

  async plugIn(idTag = "TAG"): Promise<void> {
    if (this.version === "1.6") {
      const [, , answer] = await this.call("StartTransaction", {
        ...{ connectorId: 1, idTag, meterStart: 0, timestamp: new Date().toISOString() },
      });
      this.#transactionId = (answer as { transactionId: number }).transactionId;
    } else await this.#event("Started", "CablePluggedIn");
  }

  async unplug(): Promise<void> {
    if (this.version === "1.6") {
      const transactionId = this.#transactionId;
      await this.call("StopTransaction", { transactionId, meterStop: 10, timestamp: new Date().toISOString() });
    } else await this.#event("Ended", "EVCommunicationLost");
  }

  /** What its meter shows: A of each phase, the register in Wh. */
  async measure(amperes: number, importedWh = 0): Promise<void> {
    const phases = ["L1", "L2", "L3"].map((phase) => ({ measurand: "Current.Import", phase, value: amperes }));
    const register = { measurand: "Energy.Active.Import.Register", value: importedWh };
    const power = { measurand: "Power.Active.Import", value: amperes * 3 * 230 };
    const samples = [...phases, register, power];
    const timestamp = new Date().toISOString();
    if (this.version === "1.6") {
      const sampledValue = samples.map((one) => ({ ...one, value: String(one.value) }));
      const transactionId = this.#transactionId;
      await this.call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] });
    } else {
      const meterValue = [{ timestamp, sampledValue: samples }];
      await this.#event("Updated", "MeterValuePeriodic", { meterValue });
    }
  }

  /** The car tells its needs (2.x). */
  needs(chargingNeeds: object): Promise<unknown[]> {
    return this.call("NotifyEVChargingNeeds", { evseId: 1, chargingNeeds });
  }

  #event(eventType: string, triggerReason: string, more: object = {}): Promise<unknown[]> {
    const seqNo = this.#seqNo++;
    return this.call("TransactionEvent", {
      ...{ eventType, triggerReason, seqNo, timestamp: new Date().toISOString(), ...more },
      transactionInfo: { transactionId: `tx-${this.charger.id}` },
      evse: { id: 1, connectorId: 1 },
    });
  }

  #hear(frame: unknown[]): void {
    const [type, id, action, payload] = frame as [number, string, string, object];
    if (type !== 2) {
      this.#answers.get(id)?.(frame);
      return;
    }
    if (this.answer === "silence") return;
    if (action === "SetChargingProfile" && this.answer === "Accepted") this.limit = limitIn(payload);
    if (action === "ClearChargingProfile") this.limit = undefined;
    this.charger.send([3, id, { status: this.answer }]);
  }
}

/** The limit of the only period, in A: a charger that refused it in amperes is asked in watts. */
function limitIn(payload: object): number {
  const text = JSON.stringify(payload);
  const [, limit] = /"(?:limit|setpoint)":(-?[\d.]+)/.exec(text) ?? [];
  return Number(limit) / (text.includes('"chargingRateUnit":"W"') ? 3 * 230 : 1);
}

export interface Built {
  id: string;
  chargers: Obedient[];
  put: (more?: object) => ReturnType<typeof call>;
}

export async function buildSite(
  operator: string,
  versions: readonly Version[],
  more: { transformer?: string; site?: object; connection?: object } = {},
): Promise<Built> {
  const chargers = await Promise.all(versions.map((version) => Obedient.online(version)));
  const connector = {
    ...{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
    ...{ maxVoltage: 230, maxAmperage: 32 },
  };
  const location = {
    ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens", substationId: more.transformer },
    coordinates: { latitude: "37.98", longitude: "23.73" },
    evses: chargers.map(({ charger }) => ({ chargePointId: charger.id, ocppEvseId: 1, connectors: [connector] })),
  };
  const { body } = await call("POST", "/api/locations", { token: operator, body: location });
  const put = (changes: object = {}) =>
    call("PUT", `/api/sites/${body.id}`, {
      token: operator,
      body: {
        policy: "equalShare",
        nodes: [{ id: "grid", maxCurrent: 40 }],
        connections: chargers.map(({ charger }) => ({
          ...{ chargePointId: charger.id, ocppEvseId: 1, node: "grid", maxCurrent: 32 },
          ...more.connection,
        })),
        ...more.site,
        ...changes,
      },
    });
  const made = await put();
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  return { id: body.id, chargers, put };
}

export const settled = (chargers: readonly Obedient[], limits: (number | undefined)[]) =>
  eventually(
    () => (JSON.stringify(chargers.map(({ limit }) => limit)) === JSON.stringify(limits) ? true : undefined),
    `limits of ${limits} instead of ${chargers.map(({ limit }) => limit)}`,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; they are ${chargers.map(({ limit }) => limit)}`);
  });
