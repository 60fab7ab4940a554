/**
 * The charger as a machine: connectors, energy, limits. Speaks no protocol. What it holds outlives a reboot, as it
 * would in a real charger's flash memory.
 */
import type { Timers } from "./clock.ts";
import { type Connector, type ConnectorStatus, newConnector, type Supply, statusOf } from "./connector.ts";
import { Refused } from "./errors.ts";
import { type Limit, limitAt, type Profile } from "./profiles.ts";

const VOLTAGE_V = 230;
const ONE_PHASE_MAX_W = 7_400;
const MS_PER_H = 3_600_000;
/** Below this the battery counts as full: a rest that floating point would never fill. */
const FULL_WITHIN_WH = 0.001;
/** What a driver keeps to get home: no vehicle is discharged below it. */
export const RESERVE_SHARE = 0.2;

export interface StationOptions {
  connectors: number;
  powerW: number;
  /** How much faster than the clock energy flows. */
  speed: number;
}

export interface Reading {
  at: number;
  registerWh: number;
  exportWh: number;
  /** Negative while the vehicle gives energy back. */
  powerW: number;
  voltageV: number;
  currentA: number;
  phases: number;
  socPercent: number | undefined;
}

export class Station {
  readonly connectors: readonly Connector[];
  readonly phases: number;
  operative = true;
  profiles: Profile[] = [];
  /** The grid operator's bound on what each connector may take from a vehicle. */
  maxDischargeW = Infinity;
  /** After every change, also one that shows in no status: a limit, a mode. */
  onChange = () => {};
  readonly #options: StationOptions;
  readonly #timers: Timers;
  readonly #statusChanged: (connectorId: number) => void;
  readonly #shown = new Map<number, ConnectorStatus>();
  #settledAt: number;
  #cancelBoundary = () => {};

  constructor(options: StationOptions, timers: Timers, statusChanged: (connectorId: number) => void) {
    this.#options = options;
    this.#timers = timers;
    this.#statusChanged = statusChanged;
    this.#settledAt = timers.now();
    this.phases = options.powerW > ONE_PHASE_MAX_W ? 3 : 1;
    this.connectors = Array.from({ length: options.connectors }, (_, index) => newConnector(index + 1));
    for (const { id } of this.connectors) this.#shown.set(id, "Available");
    this.#shown.set(0, "Available");
  }

  /** What one connector can give at most. */
  get powerW(): number {
    return this.#options.powerW;
  }

  find(id: number): Connector | undefined {
    return this.connectors[id - 1];
  }

  connector(id: number): Connector {
    const connector = this.find(id);
    if (!connector) throw new Refused(`there is no connector ${id}; this charger has ${this.connectors.length}`);
    return connector;
  }

  status(connectorId: number): ConnectorStatus {
    if (connectorId === 0) return this.operative ? "Available" : "Unavailable";
    const connector = this.connector(connectorId);
    return statusOf(connector, this.supply(connector, this.#timers.now()));
  }

  /** The only way to change facts: energy so far is counted under the old ones, and new statuses are announced. */
  change(mutate: () => void): void {
    this.#settle();
    mutate();
    for (const [id, shown] of this.#shown) {
      const status = this.status(id);
      if (status === shown) continue;
      this.#shown.set(id, status);
      this.#statusChanged(id);
    }
    this.#watchBoundary();
    this.onChange();
  }

  read(connectorId: number): Reading {
    this.#settle();
    const connector = this.connector(connectorId);
    const at = this.#timers.now();
    const powerW = Math.round(this.supply(connector, at).watts);
    const { vehicle } = connector;
    return {
      at,
      registerWh: Math.floor(connector.registerWh),
      exportWh: Math.floor(connector.exportWh),
      powerW,
      voltageV: VOLTAGE_V,
      currentA: powerW / VOLTAGE_V / this.phases,
      phases: this.phases,
      socPercent: vehicle && Math.floor((100 * vehicle.batteryWh) / vehicle.capacityWh),
    };
  }

  limit(connectorId: number, at: number): Limit {
    const startedAt = this.find(connectorId)?.transaction?.startedAt;
    const sharers = connectorId === 0 ? 1 : this.connectors.filter((other) => other.transaction).length;
    const prior = this.find(connectorId)?.transaction?.priority;
    const profiles = prior ? this.profiles : this.profiles.filter(({ purpose }) => purpose !== "priority");
    const { watts, until, mode } = limitAt(profiles, connectorId, at, startedAt, this.phases, sharers);
    const hardwareW = connectorId === 0 ? this.#options.powerW * this.connectors.length : this.#options.powerW;
    return { watts: Math.max(-hardwareW, -this.maxDischargeW, Math.min(watts, hardwareW)), until, mode };
  }

  supply(connector: Connector, at: number): Supply {
    const { transaction, vehicle } = connector;
    if (!transaction || connector.faultCode) return { watts: 0, until: Infinity };
    if (!transaction.energised) return { watts: 0, until: Infinity, heldBackBy: "station" };
    if (!connector.plugged || !vehicle || vehicle.paused) return { watts: 0, until: Infinity, heldBackBy: "vehicle" };
    const { watts, until, mode } = this.limit(connector.id, at);
    if (watts === 0 || (watts < 0 && transaction.chargeOnly)) return { watts: 0, until, heldBackBy: "station", mode };
    const roomWh =
      watts > 0 ? vehicle.capacityWh - vehicle.batteryWh : vehicle.batteryWh - vehicle.capacityWh * RESERVE_SHARE;
    if (roomWh < FULL_WITHIN_WH) return { watts: 0, until, heldBackBy: "vehicle", mode };
    const doneAt = Math.ceil(at + (roomWh * MS_PER_H) / (Math.abs(watts) * this.#options.speed));
    return { watts, until: Math.min(until, doneAt), mode };
  }

  /** Counts the energy since the last time, piece by piece where a limit changed in between. */
  #settle(): void {
    const now = this.#timers.now();
    for (const connector of this.connectors) {
      if (connector.reservation && connector.reservation.expiresAt <= now) connector.reservation = undefined;
      for (let at = this.#settledAt; at < now; ) {
        const { watts, until } = this.supply(connector, at);
        const end = Math.min(Math.max(until, at + 1), now);
        const givenWh = (watts * this.#options.speed * (end - at)) / MS_PER_H;
        if (givenWh > 0) connector.registerWh += givenWh;
        else connector.exportWh -= givenWh;
        if (connector.vehicle) {
          const { capacityWh, batteryWh } = connector.vehicle;
          // Moments are whole milliseconds, so the last one may go a little past either end.
          const least = Math.min(batteryWh, capacityWh * RESERVE_SHARE);
          connector.vehicle.batteryWh = Math.max(least, Math.min(capacityWh, batteryWh + givenWh));
        }
        at = end;
      }
    }
    this.#settledAt = Math.max(this.#settledAt, now);
  }

  /** Wakes when something ends by itself: a schedule period, a reservation, a full or empty battery. */
  #watchBoundary(): void {
    this.#cancelBoundary();
    const now = this.#timers.now();
    const next = Math.min(
      ...this.connectors.flatMap((connector) => [
        this.supply(connector, now).until,
        connector.reservation?.expiresAt ?? Infinity,
      ]),
    );
    this.#cancelBoundary = this.#timers.after(Math.max(1, next - now), () => this.change(() => {}));
  }
}
