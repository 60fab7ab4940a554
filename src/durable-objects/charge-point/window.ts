// What the Worker may read of a charger: the part of its RPC that changes nothing. Each method asks the part that knows.
import { DurableObject } from "cloudflare:workers";
import { meterValuesOf } from "../../db/meter-chunks.ts";
import type { KnownComponent } from "../../ocpp/device-model.ts";
import type { Command } from "../../ocpp/facts/command.ts";
import type { MeterValue } from "../../ocpp/metering.ts";
import type { Report } from "../../ocpp/reports.ts";
import { Thinning } from "../../ocpp/thinning.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { assemble, type Parts } from "./assemble.ts";
import type { Boot } from "./boots.ts";
import { published } from "./commands.ts";
import type { KnownConfiguration } from "./configuration.ts";
import type { KnownDisplayMessage } from "./display-messages.ts";
import type { KnownLocalList } from "./local-list.ts";
import type { LogRow } from "./log.ts";
import { type Found, type FoundByTime, type LogFilter, searchLog, searchLogByTime } from "./log-search.ts";
import { parkedRows } from "./parked.ts";
import { type SessionReading, sessionReadings } from "./readings.ts";
import type { SecurityStatus } from "./security-desk.ts";
import { tuningOf } from "./settings.ts";
import { type Live, liveView } from "./view.ts";

export interface Outbox {
  waiting: number;
  parked: number;
}

export class ChargePointWindow extends DurableObject<Env> {
  /** An instance member, so not callable from outside. */
  protected readonly parts: Parts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.parts = assemble(ctx, env);
    ctx.blockConcurrencyWhile(() => this.parts.deadlines.load());
  }

  securityStatus(): SecurityStatus {
    return this.parts.security.status();
  }

  /** The charger as it is at this moment; null if it never came here. */
  live(): Live | null {
    if (this.parts.storage.isEmpty) return null;
    return liveView(this.parts, this.parts.frame(), Date.now());
  }

  /** By which protocols it moves files, as it told; null: it has not told, or never spoke. */
  fileTransferProtocols(): string[] | null {
    const version = this.parts.session.current()?.connection.version ?? this.parts.state.lastVersion;
    const told = version && this.parts.state.setting(versionRow(version).fileTransferProtocols);
    const names = told?.split(",").map((name) => name.trim().toUpperCase()) ?? [];
    return names.some((name) => name !== "") ? names.filter((name) => name !== "") : null;
  }

  /** Its local authorization list as far as it is known. */
  localList(): KnownLocalList | null {
    return this.parts.state.localList.known() ?? null;
  }

  /** What a command has come to by now; null: it is not remembered. */
  commandNow(id: string): Command | null {
    const command = this.parts.commands.get(id);
    return command === undefined ? null : published(command);
  }

  /** The charger's messages, newest first. */
  messages(beforeSeq: number | null, limit: number): LogRow[] {
    return this.parts.log.before(beforeSeq ?? this.parts.log.nextSeq, limit);
  }

  /** What the meters of the sessions that go on said last. */
  readings(): SessionReading[] {
    return this.parts.storage.isEmpty ? [] : sessionReadings(this.parts);
  }

  /** Those of its messages that fit, newest first. */
  findMessages(filter: LogFilter, beforeSeq: number | null, limit: number): Found {
    return searchLog(this.parts.log, filter, beforeSeq ?? this.parts.log.nextSeq, limit);
  }

  /** The same by their times, to be merged with other chargers'. */
  findMessagesByTime(filter: LogFilter, limit: number): FoundByTime {
    return searchLogByTime(this.parts.log, filter, limit);
  }

  /** What history lacks of it: entries that wait, and those that D1 refuses. */
  outbox(): Outbox {
    const { storage, history } = this.parts;
    return { waiting: history.backlog, parked: storage.isEmpty ? 0 : parkedRows(storage).length };
  }

  deviceModel(): KnownComponent[] {
    return this.parts.state.told.deviceModel.components();
  }

  reports(): Report[] {
    return this.parts.state.told.reports.all();
  }

  displayMessages(): KnownDisplayMessage[] {
    const { told, transactions } = this.parts.state;
    const isOver = (id: string | undefined) => id !== undefined && transactions.byOcppId(id)?.stop !== undefined;
    // The charger removes what belongs to a transaction with it, and tells nobody.
    return told.displayMessages.all().filter(({ transactionId }) => !isOver(transactionId));
  }

  boots(): NonNullable<Boot["recent"]> {
    return this.parts.state.boot?.recent ?? [];
  }

  configuration(): KnownConfiguration {
    return this.parts.state.configuration();
  }

  /** Meter values of a transaction that are not in D1 yet. */
  unshippedMeterValues(transactionId: string): MeterValue[] {
    const rows = this.parts.log.after(this.parts.history.cursor, this.parts.history.backlog + 1000);
    const thinning = new Thinning(tuningOf(this.parts.state.settings).sampleInterval);
    return rows
      .filter((row) => row.facts.some((fact) => fact.kind === "meterValues" && fact.transactionId === transactionId))
      .flatMap((row) => thinning.of(transactionId, meterValuesOf(row)));
  }
}
