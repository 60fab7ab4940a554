// What the Worker may ask of a charger: its RPC. Each method is a door to the part that knows the answer; all failures
// are values, since RPC loses error classes. The charger's life itself is in ../charge-point.ts.
import { DurableObject } from "cloudflare:workers";
import { meterValuesOf } from "../../db/meter-chunks.ts";
import { unaskable } from "../../ocpp/acceptance.ts";
import type { KnownComponent } from "../../ocpp/device-model.ts";
import type { Command, Fact, TransactionStop } from "../../ocpp/facts.ts";
import type { Job } from "../../ocpp/job.ts";
import type { MeterValue } from "../../ocpp/metering.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import type { Payload } from "../../ocpp/read.ts";
import type { Report } from "../../ocpp/reports.ts";
import { Thinning } from "../../ocpp/thinning.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import { registryReaderOf } from "../stubs.ts";
import type { RefusalReason } from "./admit.ts";
import { assemble, type Parts } from "./assemble.ts";
import { registrationNow } from "./boot-setup.ts";
import { type CommandFailure, type CommandRequest, prepareCommand } from "./command-request.ts";
import { published } from "./commands.ts";
import { takeCustomerInformation } from "./customer-information.ts";
import type { KnownDisplayMessage } from "./display-messages.ts";
import { type Dump, dumpOf, restore } from "./dump.ts";
import type { ProcedureFailure, ProcedureRequest } from "./job-runner.ts";
import type { KnownLocalList } from "./local-list.ts";
import type { LogRow } from "./log.ts";
import { type Found, type FoundByTime, type LogFilter, searchLog, searchLogByTime } from "./log-search.ts";
import { sayNeutral } from "./neutral.ts";
import { parkedRows } from "./parked.ts";
import type { PasswordFailure } from "./passwords.ts";
import { connectionEnded, noticeLoss } from "./presence.ts";
import type { ProfileFailure, ProfileRequest, ProfileSwitch } from "./profile-switch.ts";
import { type ProvenCharger, proveCredentials } from "./prove-credentials.ts";
import { type SessionReading, sessionReadings } from "./readings.ts";
import type { Rotation, SecurityStatus, SettingsChange } from "./security-desk.ts";
import { close } from "./session.ts";
import { type Settings, tuningOf } from "./settings.ts";
import type { Boot, KnownConfiguration } from "./state.ts";
import { lastMeter } from "./station.ts";
import type { ArrivedFile, Tie, TransferPlan } from "./transfers.ts";
import { type Live, liveView } from "./view.ts";

export interface Outbox {
  waiting: number;
  parked: number;
}

const OBSTACLES = {
  busy: "another firmware update of the charge point is still going on",
  charging: "a transaction is running at the charge point",
};

export class ChargePointDesk extends DurableObject<Env> {
  /** An instance member, so not callable from outside. */
  protected readonly parts: Parts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.parts = assemble(ctx, env);
    ctx.blockConcurrencyWhile(() => this.parts.deadlines.load());
  }

  /** Takes over what the operator decided. The caller has stored it in D1. */
  configure(settings: Settings, change: SettingsChange = { password: true, securityProfile: true }): void {
    this.parts.storage.prepare();
    this.parts.storage.transaction(() => {
      this.parts.state.settings = this.parts.security.merge(settings, change);
    });
  }

  /** Sends the charger a new Basic password; the old one works until it comes with the new one. */
  rotatePassword(requestedBy: string, waitMs: number): Promise<Result<Rotation, PasswordFailure>> {
    return this.parts.security.rotate(requestedBy, waitMs);
  }

  /** Moves the charger to another security profile; the old one works until it comes under the new one. */
  switchProfile(request: ProfileRequest, waitMs: number): Promise<Result<ProfileSwitch, ProfileFailure>> {
    return this.parts.security.switchProfile(request, waitMs);
  }

  securityStatus(): SecurityStatus {
    return this.parts.security.status();
  }

  /** Whether these Basic credentials are the charger's own, outside its socket: for its files. */
  async proveCredentials(credentials: Uint8Array): Promise<Result<ProvenCharger, RefusalReason>> {
    const { state, env, key } = this.parts;
    const registered =
      state.settings === undefined ? await registryReaderOf(env, key).settings(key) : ok(state.settings);
    if (!registered.ok) return fail("registry_unavailable");
    return proveCredentials(registered.value ?? undefined, {
      ...{ key, credentials, credentialsKey: env.CREDENTIALS_KEY },
      pending: state.security.passwords(),
    });
  }

  /** The charger as it is at this moment; null if it never came here. */
  live(): Live | null {
    if (this.parts.storage.isEmpty) return null;
    return liveView(this.parts, this.parts.frame(), Date.now());
  }

  /** Checks, sends or queues a command, and waits up to `waitMs` for the charger's answer. */
  async command(
    request: CommandRequest,
    waitMs: number,
    plan?: TransferPlan,
  ): Promise<Result<Command, CommandFailure>> {
    const now = Date.now();
    const { commands, transfers } = this.parts;
    const known = plan && this.parts.state.told.jobs.get(plan.jobId)?.commandId;
    const before = known === undefined ? undefined : commands.get(known);
    if (before !== undefined) return ok(published(before));
    const obstacle = plan && transfers.obstacle(plan);
    if (obstacle !== undefined) return fail({ reason: obstacle, detail: OBSTACLES[obstacle] });
    const prepared = prepareCommand(
      request,
      this.parts.session.current()?.connection.version,
      this.parts.state.lastVersion,
      now,
    );
    if (!prepared.ok) return prepared;
    const unasked = unaskable(registrationNow(this.parts.state, now), prepared.value.action);
    if (unasked !== undefined) return fail({ reason: "refused", detail: unasked });
    const noted = this.parts.security.beforeCommand(prepared.value);
    if (noted !== undefined) await noted;
    if (plan !== undefined) transfers.begin(prepared.value, plan, now);
    const command = this.parts.calls.submit(prepared.value, now);
    return ok((await this.parts.calls.wait(command.id, waitMs)) ?? command);
  }

  /** The same for whoever has not looked whether there is such a charger; null: it is not known here, ask the registry. */
  async commandKnown(
    request: CommandRequest,
    waitMs: number,
  ): Promise<{ identity: string; result: Result<Command, CommandFailure> } | null> {
    const identity = this.parts.state.settings?.identity;
    return identity === undefined ? null : { identity, result: await this.command(request, waitMs) };
  }

  /** The same for a command that means the same in every version. */
  async neutralCommand(
    request: NeutralRequest,
    options: Omit<CommandRequest, "action" | "payload" | "version">,
    waitMs: number,
    plan?: TransferPlan,
  ): Promise<Result<Command, CommandFailure>> {
    const current = this.parts.session.current()?.connection.version;
    const version = current ?? this.parts.state.lastVersion;
    if (version === undefined || (current === undefined && options.offline === "fail"))
      return fail({ reason: "not_connected", detail: "the charge point is not connected" });
    const said = sayNeutral(this.parts.frame(), this.parts.storage, version, request, Date.now());
    if ("refused" in said) return fail({ reason: "refused", detail: said.refused });
    const until = Date.now() + waitMs;
    const first = await this.command({ ...options, ...said, version }, waitMs, plan);
    return first.ok ? ok(await this.#lastOf(first.value, until)) : first;
  }

  /** What came of it in the end, where it was refused and said otherwise. */
  async #lastOf(command: Command, until: number): Promise<Command> {
    const next = this.parts.commands.get(command.id)?.next;
    if (next === undefined) return command;
    const told = await this.parts.calls.wait(next, Math.max(0, until - Date.now()));
    return told === undefined ? command : this.#lastOf(told, until);
  }

  /** By which protocols it moves files, as it told; null: it has not told, or never spoke. */
  fileTransferProtocols(): string[] | null {
    const version = this.parts.session.current()?.connection.version ?? this.parts.state.lastVersion;
    const told = version && this.parts.state.setting(versionRow(version).fileTransferProtocols);
    const names = told?.split(",").map((name) => name.trim().toUpperCase()) ?? [];
    return names.some((name) => name !== "") ? names.filter((name) => name !== "") : null;
  }

  /** A file of the charger is in the store. @returns the job that it belongs to; null: it came of its own accord */
  fileArrived(file: ArrivedFile): Tie | null {
    return this.parts.storage.isEmpty ? null : this.parts.transfers.arrived(file, Date.now());
  }

  /** An upload to the address of a job was not taken. */
  fileRefused({ jobId, detail }: { jobId: string; detail: string }): void {
    if (!this.parts.storage.isEmpty) this.parts.transfers.refused(jobId, detail, Date.now());
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

  /** @returns whether it was still waiting; what is on the wire cannot be taken back */
  cancelCommand(id: string): boolean {
    return this.parts.calls.cancel(id, Date.now());
  }

  /** What the charger gets when it pulls the update of a dynamic schedule; null: nothing. */
  setScheduleUpdate(chargingProfileId: number, update: Payload | null): void {
    const key = String(chargingProfileId);
    const fact: Fact =
      update === null
        ? { kind: "dropped", gone: { kind: "scheduleUpdate", keys: [key] } }
        : { kind: "held", holding: { kind: "scheduleUpdate", key, evseId: 0, data: update } };
    this.parts.journal.event(Date.now(), { event: "schedule_update_set", chargingProfileId, update }, [fact]);
  }

  /** Ends a transaction that the charger will not end, by an operator's word. */
  closeTransaction(id: string, by: string, reason: string): Result<TransactionStop, "unknown" | "closed"> {
    const transaction = this.parts.state.transactions.byId(id);
    if (transaction === undefined) return fail("unknown");
    if (transaction.stop !== undefined) return fail("closed");
    const now = Date.now();
    const meterStop = lastMeter(this.parts.frame(), id) ?? transaction.meterStart;
    const stop: TransactionStop = { id, stoppedAt: now, meterStop, stopReason: "Other", closedBy: `${by}: ${reason}` };
    this.parts.journal.event(now, { event: "transaction_closed", ...stop }, [{ kind: "transactionStopped", stop }]);
    return ok(stop);
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

  /** Reads or writes settings, in as many calls as it takes, and waits up to `waitMs` for the end of it. */
  async configureCharger(request: ProcedureRequest, waitMs: number): Promise<Result<Job, ProcedureFailure>> {
    const started = this.parts.jobs.start(request, Date.now());
    return started.ok ? ok((await this.parts.jobs.wait(started.value.id, waitMs)) ?? started.value) : started;
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

  /** What a report said of a customer: it is told once, and nowhere kept. */
  takeCustomerInformation(requestId: number): Result<string, "gone" | "incomplete"> {
    return takeCustomerInformation(this.parts.state, this.parts.log, requestId);
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

  /**
   * Ships what is left. Resolves when it is in D1 or an attempt failed.
   * @param isPatientToo false: not if all of it may wait, as meter values may, for whoever asks about something else
   */
  async flush(isPatientToo = true): Promise<void> {
    noticeLoss(this.parts);
    await this.parts.history.flush(isPatientToo);
    this.parts.deadlines.arm();
  }

  /** Its whole state; null: it has none. @param since everything that it was told from then on goes along */
  async dump(since: number): Promise<Result<Dump | null, "too_much">> {
    await this.flush();
    return this.parts.storage.isEmpty ? ok(null) : dumpOf(this.parts, since);
  }

  /** Takes over such a state, and tells history what it may lack. */
  async restore(dump: Dump): Promise<Result<null, "not_empty" | "not_ours">> {
    const restored = restore(this.parts, dump);
    if (restored.ok) await this.flush();
    return restored;
  }

  /** Tells D1 once more what it refused. @returns how many entries it still refuses */
  async shipParked(): Promise<number> {
    const { storage, history, state } = this.parts;
    if (storage.isEmpty) return 0;
    return history.shipParked((facts) =>
      facts.flatMap((fact): Fact[] => {
        if (fact.kind !== "transactionStarted") return [];
        const stop = state.transactions.byId(fact.transaction.id)?.stop;
        return stop === undefined ? [] : [{ kind: "transactionStopped", stop }];
      }),
    );
  }

  /** Makes history agree with the socket: after a crash nobody told us that it is gone. */
  async reconcile(): Promise<void> {
    const now = Date.now();
    if (this.parts.session.current() !== undefined)
      this.parts.journal.event(now, { event: "seen" }, [{ kind: "seen" }]);
    await this.flush();
  }

  /** Forgets the charger's registration and what it told of itself. Its history, here and in D1, stays. */
  async erase(): Promise<void> {
    const current = this.parts.session.current();
    if (current !== undefined) close(current.socket, 1008, "this charge point was deleted");
    connectionEnded(this.parts, current?.connection, "deleted");
    // At once: a charger that dials again while history ships must not be let in on what is being forgotten.
    if (!this.parts.storage.isEmpty) this.parts.storage.transaction(() => this.parts.state.erase());
    await this.parts.history.flush();
  }
}
