// One simulated charger of one connector, with a car that obeys, lies, or falls silent. It keeps what it was told and
// what it draws, for the judge.
import { WebSocket } from "ws";

export type Version = "1.6" | "2.0.1" | "2.1";
type Behaviour = "obeys" | "lies" | "silent";

const SUBPROTOCOLS = { "1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1" } as const;
const NOMINAL_V = 230;
/** With less no car charges. Source: IEC 61851-1. */
export const LEAST_A = 6;

export interface Wiring {
  node: string;
  phases: readonly ("L1" | "L2" | "L3")[];
  maxCurrent: number;
}

export class SiteCharger {
  readonly id: string;
  readonly version: Version;
  readonly wiring: Wiring;
  behaviour: Behaviour = "obeys";
  /** A that it was told and took; undefined: nothing yet. */
  told: number | undefined;
  toldCount = 0;
  /** A that its car would take; 0: there is none. */
  appetite = 0;
  /** A car stands there, though its start may still be on its way. */
  isTaken = false;
  /** That car has come to charge, and has not set out to leave. */
  wantsPower = false;
  #socket: WebSocket | undefined;
  #waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  #calls = 0;
  #transaction = "";
  #register = 0;
  #seqNo = 0;
  /** A that its meter told last, where that was more than it may. */
  #excessive = 0;
  /** A at most that it was told and did not answer. */
  #unanswered = 0;

  constructor(id: string, version: Version, wiring: Wiring) {
    this.id = id;
    this.version = version;
    this.wiring = wiring;
  }

  /** A that it draws on each of its phases. */
  get drawn(): number {
    if (this.appetite === 0) return 0;
    const allowed = this.behaviour === "lies" ? this.wiring.maxCurrent : (this.told ?? 0);
    return allowed < LEAST_A ? 0 : Math.min(allowed, this.appetite);
  }

  get hasPower(): boolean {
    return (this.told ?? 0) >= LEAST_A;
  }

  /** A that nobody can take from it to let another one charge. */
  get keeps(): number {
    const { told = 0 } = this;
    if (this.behaviour === "lies") return this.drawn;
    // Whether it took what it heard while it was silent, nobody can know.
    if (this.behaviour === "silent") return Math.max(told, this.#unanswered);
    // Nor that it stopped to lie, before its meter tells.
    if (this.#excessive > 0) return this.#excessive;
    return this.wantsPower && this.hasPower ? LEAST_A : 0;
  }

  get isCharging(): boolean {
    return this.appetite > 0;
  }

  async connect(origin: string): Promise<void> {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws/ocpp/${this.id}`, SUBPROTOCOLS[this.version], {
      perMessageDeflate: false,
      handshakeTimeout: 60_000,
    });
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#hear(JSON.parse(data.toString("utf8"))));
    socket.on("error", () => {});
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("close", () => reject(new Error(`${this.id} was not let in`)));
    });
    const station = { vendorName: "Bench", model: "S1" };
    await this.#call(
      "BootNotification",
      this.version === "1.6"
        ? { chargePointVendor: "Bench", chargePointModel: "S1" }
        : { reason: "PowerUp", chargingStation: station },
    );
    await this.#status("Available");
  }

  async arrive(appetite: number): Promise<void> {
    this.isTaken = true;
    this.wantsPower = true;
    const timestamp = new Date().toISOString();
    if (this.version === "1.6") {
      const answer = await this.#call("StartTransaction", {
        ...{ connectorId: 1, idTag: "BENCH", meterStart: Math.round(this.#register), timestamp },
      });
      this.#transaction = String(answer.transactionId);
    } else {
      this.#transaction = `${this.id}-${this.#calls}`;
      this.#seqNo = 0;
      await this.#event("Started", "CablePluggedIn", { idToken: { idToken: "BENCH", type: "Central" } });
    }
    this.appetite = appetite;
  }

  async leave(): Promise<void> {
    this.wantsPower = false;
    this.#excessive = 0;
    this.appetite = 0;
    const timestamp = new Date().toISOString();
    if (this.version === "1.6") {
      const meterStop = Math.round(this.#register);
      await this.#call("StopTransaction", { transactionId: Number(this.#transaction), meterStop, timestamp });
    } else await this.#event("Ended", "EVCommunicationLost", {});
    this.isTaken = false;
  }

  /** @param hours of the car's time since the last one */
  async measure(hours: number): Promise<void> {
    const { drawn, wiring } = this;
    const watts = drawn * wiring.phases.length * NOMINAL_V;
    this.#register += watts * hours;
    this.#excessive = drawn > (this.told ?? 0) ? drawn : 0;
    const values = [
      { measurand: "Energy.Active.Import.Register", value: Math.round(this.#register) },
      { measurand: "Power.Active.Import", value: watts },
      ...wiring.phases.map((_, i) => ({ measurand: "Current.Import", phase: `L${i + 1}`, value: drawn })),
    ];
    const timestamp = new Date().toISOString();
    if (this.version === "1.6") {
      const sampledValue = values.map((one) => ({ ...one, value: String(one.value) }));
      const transactionId = Number(this.#transaction);
      await this.#call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] });
    } else {
      await this.#event("Updated", "MeterValuePeriodic", { meterValue: [{ timestamp, sampledValue: values }] });
    }
  }

  close(): void {
    this.#socket?.close();
  }

  #event(eventType: string, triggerReason: string, more: object): Promise<unknown> {
    const seqNo = this.#seqNo++;
    return this.#call("TransactionEvent", {
      ...{ eventType, triggerReason, seqNo, timestamp: new Date().toISOString(), ...more },
      transactionInfo: { transactionId: this.#transaction },
      evse: { id: 1, connectorId: 1 },
    });
  }

  #status(status: string): Promise<unknown> {
    const timestamp = new Date().toISOString();
    return this.#call(
      "StatusNotification",
      this.version === "1.6"
        ? { connectorId: 1, errorCode: "NoError", status, timestamp }
        : { evseId: 1, connectorId: 1, connectorStatus: status, timestamp },
    );
  }

  #call(action: string, payload: object): Promise<Record<string, unknown>> {
    this.#calls += 1;
    const id = `${this.#calls}`;
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, resolve);
    this.#socket?.send(JSON.stringify([2, id, action, payload]));
    return promise;
  }

  #hear(frame: [number, string, ...unknown[]]): void {
    const [type, id, first, second] = frame;
    if (type !== 2) {
      const resolve = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (type === 4) throw new Error(`${this.id} was answered ${JSON.stringify(frame)}`);
      resolve?.(first as Record<string, unknown>);
      return;
    }
    // Deaf: it may have taken what it was told, and nobody can know.
    if (this.behaviour === "silent") {
      if (first === "SetChargingProfile")
        this.#unanswered = Math.max(this.#unanswered, limitIn(JSON.stringify(second)));
      return;
    }
    if (first === "SetChargingProfile") {
      this.told = limitIn(JSON.stringify(second));
      this.toldCount += 1;
    }
    this.#socket?.send(JSON.stringify([3, id, { status: "Accepted" }]));
  }
}

/** A, of the only period. */
function limitIn(payload: string): number {
  const [, limit] = /"limit":(-?[\d.]+)/.exec(payload) ?? [];
  if (limit === undefined || !payload.includes('"chargingRateUnit":"A"')) throw new Error(`no limit in ${payload}`);
  return Number(limit);
}
