// A charger whose car draws, or gives back, just what it was told, and whose registers say so. In every version.
import { call } from "./api.ts";
import { type Charger, connectCharger } from "./charger.ts";
import { operator } from "./money.ts";
import { registerCharger } from "./registry.ts";
import { BOOT_2X, BOOT_16, SUBPROTOCOLS } from "./sessions.ts";

export type Version = keyof typeof SUBPROTOCOLS;

const VOLTAGE = 230;
const PHASES = 3;
/** What a charger draws that nobody limits. */
const FULL_W = 32 * VOLTAGE * PHASES;

/** A car that can give back half of what it takes. */
const V2X = {
  requestedEnergyTransfer: "AC_BPT",
  availableEnergyTransfer: ["AC_BPT"],
  v2xChargingParameters: { maxChargePower: FULL_W, maxDischargePower: FULL_W / 2 },
};

export class Obeying {
  readonly id: string;
  readonly version: Version;
  /** The actions that it was told, in their order. */
  readonly heard: string[] = [];
  /** It answers only then. */
  answersAfter: Promise<unknown> = Promise.resolve();
  readonly #charger: Charger;
  readonly #answers = new Map<string, (frame: unknown[]) => void>();
  #watts = FULL_W;
  #since: number | undefined;
  #imported = 0;
  #exported = 0;
  #transactionId: number | string = 0;
  #seqNo = 0;

  private constructor(charger: Charger, version: Version) {
    this.id = charger.id;
    this.version = version;
    this.#charger = charger;
    charger.socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data))));
  }

  static async online(version: Version): Promise<Obeying> {
    const charger = await connectCharger(await registerCharger(), { subprotocols: SUBPROTOCOLS[version] });
    const obeying = new Obeying(charger, version);
    await obeying.#call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
    return obeying;
  }

  /** W that its car has now; below zero: gives back. */
  get watts(): number {
    return this.#since === undefined ? 0 : this.#watts;
  }

  async plugIn(idTag: string): Promise<void> {
    this.#since = Date.now();
    const timestamp = new Date().toISOString();
    if (this.version === "1.6") {
      const [, , answer] = await this.#call("StartTransaction", { connectorId: 1, idTag, meterStart: 0, timestamp });
      this.#transactionId = (answer as { transactionId: number }).transactionId;
      return;
    }
    this.#transactionId = crypto.randomUUID();
    await this.#event("Started", "Authorized", { idToken: { idToken: idTag, type: "ISO14443" } });
    if (this.version === "2.1") await this.#call("NotifyEVChargingNeeds", { evseId: 1, timestamp, chargingNeeds: V2X });
  }

  /** Tells what its registers say. */
  async tell(): Promise<void> {
    if (this.version !== "1.6") return void (await this.#event("Updated", "MeterValuePeriodic"));
    const transactionId = this.#transactionId;
    await this.#call("MeterValues", { connectorId: 1, transactionId, meterValue: [this.#read()] });
  }

  async unplug(): Promise<void> {
    if (this.version === "1.6") {
      const { timestamp, sampledValue } = this.#read();
      const payload = { transactionId: this.#transactionId, meterStop: Math.round(this.#imported), timestamp };
      await this.#call("StopTransaction", { ...payload, transactionData: [{ timestamp, sampledValue }] });
    } else await this.#event("Ended", "EVCommunicationLost");
    this.#since = undefined;
  }

  #event(eventType: string, triggerReason: string, more: object = {}): Promise<unknown[]> {
    const meterValue = [this.#read()];
    return this.#call("TransactionEvent", {
      ...{ eventType, triggerReason, seqNo: this.#seqNo++, timestamp: meterValue[0]?.timestamp, meterValue },
      transactionInfo: { transactionId: this.#transactionId },
      evse: { id: 1, connectorId: 1 },
      ...more,
    });
  }

  #read() {
    this.#count();
    const value = (wh: number) => (this.version === "1.6" ? wh.toFixed(4) : wh);
    return {
      timestamp: new Date().toISOString(),
      sampledValue: [
        { value: value(this.#imported), measurand: "Energy.Active.Import.Register" },
        { value: value(this.#exported), measurand: "Energy.Active.Export.Register" },
      ],
    };
  }

  /** What flowed until now goes into the registers. */
  #count(): void {
    if (this.#since === undefined) return;
    const wh = (this.#watts * (Date.now() - this.#since)) / 3_600_000;
    if (wh > 0) this.#imported += wh;
    else this.#exported -= wh;
    this.#since = Date.now();
  }

  #call(action: string, payload: object): Promise<unknown[]> {
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    this.#answers.set(id, resolve);
    this.#charger.send([2, id, action, payload]);
    return promise;
  }

  #hear(frame: unknown[]): void {
    const [type, id, action, payload] = frame as [number, string, string, object];
    if (type !== 2) {
      this.#answers.get(id)?.(frame);
      return;
    }
    this.#count();
    if (action === "SetChargingProfile") this.#watts = Math.min(FULL_W, wattsIn(payload));
    if (action === "ClearChargingProfile") this.#watts = FULL_W;
    this.heard.push(action);
    void this.answersAfter.then(() => this.#charger.send([3, id, { status: "Accepted" }]));
  }
}

/** The limit or set point of the only period. */
function wattsIn(payload: object): number {
  const text = JSON.stringify(payload);
  const [, value] = /"(?:setpoint|limit)":(-?[\d.]+)/.exec(text) ?? [];
  return Number(value) * (text.includes('"chargingRateUnit":"W"') ? 1 : VOLTAGE * PHASES);
}

export interface Place {
  id: string;
  chargers: Obeying[];
}

/** A site with a charger of each of these versions, below a transformer. */
export async function siteOfObeying(
  versions: readonly Version[],
  transformer: string,
  more: { tariffIds?: string[]; maxCurrent?: number } = {},
): Promise<Place> {
  const chargers = await Promise.all(versions.map((version) => Obeying.online(version)));
  const { tariffIds = [], maxCurrent = 100 } = more;
  const connector = {
    ...{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
    ...{ maxVoltage: 230, maxAmperage: 32, tariffIds },
  };
  const token = await operator();
  const { body } = await call("POST", "/api/locations", {
    token,
    body: {
      ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens", substationId: transformer },
      coordinates: { latitude: "37.98", longitude: "23.73" },
      evses: chargers.map(({ id }) => ({ chargePointId: id, ocppEvseId: 1, connectors: [connector] })),
    },
  });
  const { status, body: told } = await call("PUT", `/api/sites/${body.id}`, {
    token,
    body: {
      policy: "equalShare",
      nodes: [{ id: "grid", maxCurrent }],
      connections: chargers.map(({ id, version }) => ({
        ...{ chargePointId: id, ocppEvseId: 1, node: "grid", maxCurrent: 32 },
        maxDischarge: version === "2.1" ? 16 : 0,
      })),
    },
  });
  if (status !== 200) throw new Error(JSON.stringify(told));
  return { id: body.id, chargers };
}
