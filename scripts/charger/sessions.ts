/** What people do at a charger: plug in, present a token, stop, unplug. The same under every version. */
import type { Timers } from "./clock.ts";
import { type Connector, obstacle, type StopReason, type Transaction } from "./connector.ts";
import type { Driver, Verdict } from "./driver.ts";
import { Refused } from "./errors.ts";
import type { Profile } from "./profiles.ts";
import type { Station } from "./station.ts";

const VEHICLE = { capacityWh: 60_000, batteryWh: 18_000, paused: false };

export interface SessionsHost {
  station: Station;
  timers: Timers;
  /** A function, as driver and sessions need each other. */
  driver(): Driver;
  whenOffline(): Promise<void>;
}

export interface StartOptions {
  /** False for a remote start that the CSMS vouches for. */
  authorize?: boolean;
  /** Set when the CSMS asked for the start. */
  remoteStartId?: number | undefined;
  /** Of a token that the CSMS vouches for. */
  groupId?: string | undefined;
  profile?: Profile | undefined;
}

export class Sessions {
  readonly #host: SessionsHost;
  /** Who waits for a cable; called with a reason when it will not come. */
  readonly #awaitingCable = new Map<number, (failure?: string) => void>();

  constructor(host: SessionsHost) {
    this.#host = host;
  }

  plug(connectorId: number): void {
    const { station } = this.#host;
    const connector = station.connector(connectorId);
    if (connector.plugged) throw new Refused(`connector ${connectorId} is plugged in already`);
    station.change(() => {
      connector.plugged = true;
      connector.vehicle ??= { ...VEHICLE };
    });
    this.#awaitingCable.get(connectorId)?.();
  }

  async unplug(connectorId: number): Promise<void> {
    const { station } = this.#host;
    const connector = station.connector(connectorId);
    if (!connector.plugged) throw new Refused(`connector ${connectorId} is not plugged in`);
    const stops = connector.transaction && this.#host.driver().settings().stopWhenUnplugged;
    let stopping: Promise<void> | undefined;
    // One change, so that no SuspendedEV is announced between the unplugging and the stop.
    station.change(() => {
      connector.plugged = false;
      connector.vehicle = undefined;
      connector.finishing = false;
      if (stops) stopping = this.stop(connectorId, "EVDisconnected");
    });
    await stopping;
  }

  /** Resolves once the transaction runs and the CSMS, if reachable, has answered. */
  async start(connectorId: number, idToken: string, options: StartOptions = {}): Promise<Transaction> {
    const connector = this.#free(connectorId);
    const verdict = await this.#authorize(idToken, options.authorize ?? true);
    // The answer took its time: someone else may have taken the connector meanwhile.
    this.#free(connectorId);
    const { reservation } = connector;
    const reservedForUs =
      reservation &&
      (reservation.idToken === idToken ||
        (reservation.groupId !== undefined && reservation.groupId === (verdict?.groupId ?? options.groupId)));
    if (reservation && !reservedForUs) throw new Refused(`connector ${connectorId} is reserved for someone else`);
    const startedBy = options.remoteStartId !== undefined ? "remote" : connector.plugged ? "token" : "cable";
    if (!connector.plugged) await this.#cable(connector, idToken);
    return this.#begin(connector, idToken, startedBy, options);
  }

  async stop(connectorId: number, reason: StopReason = "Local", idToken?: string): Promise<void> {
    const { station, timers } = this.#host;
    const connector = station.connector(connectorId);
    const { transaction } = connector;
    if (!transaction) throw new Refused(`connector ${connectorId} has no transaction`);
    const { registerWh } = station.read(connectorId);
    let answered: Promise<void> | undefined;
    station.change(() => {
      transaction.ended = { at: timers.now(), meterWh: registerWh, reason, idToken };
      connector.transaction = undefined;
      connector.finishing = connector.plugged;
      station.profiles = station.profiles.filter(
        (profile) => profile.purpose !== "transaction" || profile.connectorId !== connectorId,
      );
      // Inside the change, so that the stop is on the wire before the status it causes.
      answered = this.#host.driver().stopped(transaction);
    });
    await Promise.race([answered, this.#host.whenOffline()]);
  }

  async stopAll(reason: StopReason): Promise<void> {
    const running = this.#host.station.connectors.filter((connector) => connector.transaction);
    await Promise.all(running.map((connector) => this.stop(connector.id, reason)));
  }

  async fault(connectorId: number, code: string): Promise<void> {
    const connector = this.#host.station.connector(connectorId);
    this.#host.station.change(() => (connector.faultCode = code));
    this.#awaitingCable.get(connectorId)?.(`connector ${connectorId} is faulted (${code})`);
    if (connector.transaction) await this.stop(connectorId, "Other");
  }

  clearFault(connectorId: number): void {
    const connector = this.#host.station.connector(connectorId);
    this.#host.station.change(() => (connector.faultCode = undefined));
  }

  /** The vehicle stops or resumes drawing power while the transaction goes on. */
  pause(connectorId: number, paused: boolean): void {
    const { vehicle } = this.#host.station.connector(connectorId);
    if (!vehicle) throw new Refused(`connector ${connectorId} has no vehicle`);
    this.#host.station.change(() => (vehicle.paused = paused));
  }

  /** Forgets what a power cycle forgets; transactions are stopped by whoever reboots. */
  forget(): void {
    for (const fail of [...this.#awaitingCable.values()]) fail("the charger rebooted");
    this.#host.station.change(() => {
      for (const connector of this.#host.station.connectors) connector.finishing = false;
    });
  }

  #free(connectorId: number): Connector {
    const connector = this.#host.station.connector(connectorId);
    const reason = obstacle(connector);
    if (reason) throw new Refused(reason);
    return connector;
  }

  async #authorize(idToken: string, ask: boolean): Promise<Verdict | undefined> {
    if (!ask) return undefined;
    const verdict = await this.#host.driver().authorize(idToken);
    if (!verdict.accepted) throw new Refused(`${idToken} was refused: ${verdict.status}`);
    return verdict;
  }

  #cable(connector: Connector, idToken: string): Promise<void> {
    const { station, timers } = this.#host;
    const { connectionTimeoutMs } = this.#host.driver().settings();
    return new Promise((resolve, reject) => {
      const cancel = timers.after(connectionTimeoutMs, () => settle(`no cable at connector ${connector.id} in time`));
      const settle = (failure?: string) => {
        cancel();
        this.#awaitingCable.delete(connector.id);
        station.change(() => (connector.awaitedToken = undefined));
        if (failure) reject(new Refused(failure));
        else resolve();
      };
      this.#awaitingCable.set(connector.id, settle);
      station.change(() => (connector.awaitedToken = idToken));
    });
  }

  async #begin(
    connector: Connector,
    idToken: string,
    startedBy: Transaction["startedBy"],
    { profile, remoteStartId }: StartOptions,
  ): Promise<Transaction> {
    const { station, timers } = this.#host;
    const transaction: Transaction = {
      connectorId: connector.id,
      idToken,
      startedAt: timers.now(),
      meterStartWh: station.read(connector.id).registerWh,
      reservationId: connector.reservation?.id,
      startedBy,
      remoteStartId,
      energised: true,
    };
    let answered: Promise<Verdict | undefined> | undefined;
    station.change(() => {
      connector.transaction = transaction;
      connector.finishing = false;
      connector.reservation = undefined;
      if (profile) station.profiles.push(profile);
      answered = this.#host.driver().started(transaction);
    });
    const judged = answered?.then((verdict) => this.#judge(transaction, verdict));
    await Promise.race([judged, this.#host.whenOffline()]);
    return transaction;
  }

  async #judge(transaction: Transaction, verdict: Verdict | undefined): Promise<void> {
    if (!verdict || verdict.accepted || transaction.ended) return;
    if (!this.#host.driver().settings().stopWhenDisowned) {
      this.#host.station.change(() => (transaction.energised = false));
      return;
    }
    await this.stop(transaction.connectorId, "DeAuthorized");
    throw new Refused(`${transaction.idToken} was refused at the start: ${verdict.status}`);
  }
}
