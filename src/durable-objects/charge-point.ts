// One charger: its socket, its log, its state, its commands. This file is its life; each verb has a file in charge-point/.
import { DurableObject } from "cloudflare:workers";
import { meterValuesOf } from "../db/meter-chunks.ts";
import { ask as askIso15118 } from "../iso15118/ask.ts";
import { StandardProvider } from "../iso15118/standard-provider.ts";
import type { KnownComponent } from "../ocpp/device-model.ts";
import type { Command, Fact, TransactionStop } from "../ocpp/facts.ts";
import type { Job } from "../ocpp/job.ts";
import type { MeterValue } from "../ocpp/metering.ts";
import type { NeutralRequest } from "../ocpp/neutral.ts";
import type { Payload } from "../ocpp/read.ts";
import type { Report } from "../ocpp/reports.ts";
import { versionRow } from "../ocpp/versions.ts";
import { certificateAuthority } from "../pki/authority.ts";
import { fail, ok, type Result } from "../result.ts";
import { type Handshake, readHandshake } from "../workers/handshake.ts";
import { type Admission, admit, refusal, refuse } from "./charge-point/admit.ts";
import { Calls } from "./charge-point/calls.ts";
import { type CommandFailure, type CommandRequest, prepareCommand } from "./charge-point/command-request.ts";
import { Commands, published } from "./charge-point/commands.ts";
import { takeCustomerInformation } from "./charge-point/customer-information.ts";
import { Deadlines } from "./charge-point/deadlines.ts";
import type { KnownDisplayMessage } from "./charge-point/display-messages.ts";
import { History, parkedFinding } from "./charge-point/history.ts";
import { IdTokens } from "./charge-point/id-tokens.ts";
import { Inbox } from "./charge-point/inbox.ts";
import { JobRunner, type ProcedureFailure, type ProcedureRequest } from "./charge-point/job-runner.ts";
import { Journal } from "./charge-point/journal.ts";
import type { KnownLocalList } from "./charge-point/local-list.ts";
import { Log, type LogRow } from "./charge-point/log.ts";
import { sayNeutral } from "./charge-point/neutral.ts";
import { onBootCommands } from "./charge-point/on-boot.ts";
import type { PasswordFailure } from "./charge-point/passwords.ts";
import type { ProfileFailure, ProfileRequest, ProfileSwitch } from "./charge-point/profile-switch.ts";
import type { ReceiveParts } from "./charge-point/receive.ts";
import { ReplayCache } from "./charge-point/replay.ts";
import { expiryOf } from "./charge-point/reservations.ts";
import { type Rotation, SecurityDesk, type SecurityStatus, type SettingsChange } from "./charge-point/security-desk.ts";
import { type Connection, close, Session } from "./charge-point/session.ts";
import { newcomer, readSettings, type Settings } from "./charge-point/settings.ts";
import { type Boot, type KnownConfiguration, State } from "./charge-point/state.ts";
import { EffectView, lastMeter } from "./charge-point/station.ts";
import { Storage } from "./charge-point/storage.ts";
import { bootLoop, bootTemplate, templateRequest } from "./charge-point/templates.ts";
import { FLAPPING, isFlapping, isOversized, NO_SUBPROTOCOL, OVERSIZED } from "./charge-point/transport.ts";
import { type Live, liveView } from "./charge-point/view.ts";
import { historyWriterOf } from "./stubs.ts";

export class ChargePoint extends DurableObject<Env> {
  readonly #key: string;
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #state: State;
  readonly #session: Session;
  readonly #commands: Commands;
  readonly #history: History;
  readonly #deadlines: Deadlines;
  readonly #journal: Journal;
  readonly #calls: Calls;
  readonly #jobs: JobRunner;
  readonly #idTokens: IdTokens;
  readonly #replay: ReplayCache;
  readonly #inbox: Inbox;
  readonly #security: SecurityDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#key = ctx.id.name ?? "";
    this.#storage = new Storage(ctx.storage);
    this.#log = new Log(this.#storage);
    this.#state = new State(this.#storage);
    this.#session = new Session(ctx);
    this.#commands = new Commands(this.#storage);
    this.#history = new History(
      this.#storage,
      this.#log,
      (rows) => historyWriterOf(env, this.#key).write({ chargePoint: this.#key, rows }),
      (work) => ctx.waitUntil(work.finally(() => this.#deadlines.arm())),
      (seq, detail) => this.#journal.event(Date.now(), { event: "history_parked", seq }, [parkedFinding(seq, detail)]),
    );
    this.#deadlines = new Deadlines(ctx.storage, () => [
      this.#history.deadline,
      this.#calls.deadline,
      expiryOf(this.#state.reservations, this.#journal),
      this.#jobs.deadline,
      ...this.#security.deadlines,
    ]);
    this.#journal = new Journal(this.#storage, this.#log, this.#state, this.#history, this.#deadlines);
    this.#calls = new Calls(
      this.#commands,
      this.#journal,
      this.#session,
      this.#state,
      (row, command, at) => new EffectView(this.#parts(), row, command, at),
      (command, at) => this.#jobs.commandEnded(command, at),
    );
    this.#jobs = new JobRunner({
      commands: this.#commands,
      journal: this.#journal,
      session: this.#session,
      state: this.#state,
      calls: this.#calls,
    });
    this.#idTokens = new IdTokens(env.DB, this.#storage, this.#key, {
      outage: env.AUTHORIZATION_OUTAGE === "reject" ? "reject" : "accept",
      concurrent: env.CONCURRENT_TRANSACTIONS === "deny" ? "deny" : "allow",
      masterPassGroup: env.MASTER_PASS_GROUP,
    });
    this.#replay = new ReplayCache(this.#storage, this.#log);
    this.#inbox = new Inbox(
      this.#key,
      () => this.#parts(),
      (connection, hasBooted, now) => this.#afterFrame(connection, hasBooted, now),
    );
    this.#security = new SecurityDesk({
      key: this.#key,
      credentialsKey: env.CREDENTIALS_KEY,
      state: this.#state,
      commands: this.#commands,
      calls: this.#calls,
      session: this.#session,
      journal: this.#journal,
      authority: () => certificateAuthority(this.env),
      organisation: env.CERTIFICATE_ORGANISATION,
      keepAlive: (work) => ctx.waitUntil(work.finally(() => this.#deadlines.arm())),
    });
    ctx.blockConcurrencyWhile(() => this.#deadlines.load());
  }

  // ------------------------------------------------------------------------------------------------ the socket

  /** The charger's WebSocket upgrade, forwarded by the Worker. */
  override async fetch(request: Request): Promise<Response> {
    const handshake = readHandshake(request);
    if (handshake === undefined) return new Response("no identity in the path\n", { status: 400 });
    const admission = await this.#admit(handshake);
    if (!admission.ok) return refusal(admission.refusal);
    const { settings, isNew, agreement } = admission;
    this.#noticeLoss();
    const now = Date.now();
    if (isNew) {
      this.#storage.prepare();
      this.#state.settings = settings;
    }
    const { client, connection, replaced } = this.#session.accept(agreement.row.version, now);
    const newcomerFact: Fact[] = isNew
      ? [{ kind: "registered", identity: settings.identity, registration: settings.registration }]
      : [];
    this.#journal.event(
      now,
      { event: "connected", connectionId: connection.id, subprotocol: agreement.subprotocol ?? null, ip: handshake.ip },
      [
        ...newcomerFact,
        ...this.#security.proved(admission),
        { kind: "connected", connectionId: connection.id, version: agreement.row.version, ip: handshake.ip },
        ...(isFlapping(connection.swaps) ? [FLAPPING] : []),
        ...(agreement.subprotocol === undefined ? [NO_SUBPROTOCOL] : []),
      ],
    );
    this.#replay.reconnected();
    if (replaced !== undefined) this.#calls.connectionLost(replaced.id, now);
    this.#calls.pump(now);
    this.#deadlines.arm();
    const headers = agreement.subprotocol === undefined ? {} : { "sec-websocket-protocol": agreement.subprotocol };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    const connection = this.#session.of(socket);
    if (connection === undefined) return;
    const now = Date.now();
    this.#session.touch(socket, connection, now);
    if (isOversized(message)) return this.#refuseOversized(socket, now);
    const text = typeof message === "string" ? message : new TextDecoder().decode(message);
    return this.#inbox.take(socket, connection, text);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    close(socket, code === 1005 || code === 1006 ? 1000 : code, reason);
    this.#gone(this.#session.of(socket), `closed with ${code} ${reason}`.trim());
  }

  override webSocketError(socket: WebSocket, error: unknown): void {
    this.#gone(this.#session.of(socket), `failed: ${String(error)}`);
  }

  override async alarm(): Promise<void> {
    this.#noticeLoss();
    await this.#deadlines.ring(Date.now());
  }

  // --------------------------------------------------------------------------- what the Worker may ask (RPC)

  /** Takes over what the operator decided. The caller has stored it in D1. */
  configure(settings: Settings, change: SettingsChange = { password: true, securityProfile: true }): void {
    this.#storage.prepare();
    this.#storage.transaction(() => {
      this.#state.settings = this.#security.merge(settings, change);
    });
  }

  /** Sends the charger a new Basic password; the old one works until it comes with the new one. */
  rotatePassword(requestedBy: string, waitMs: number): Promise<Result<Rotation, PasswordFailure>> {
    return this.#security.rotate(requestedBy, waitMs);
  }

  /** Moves the charger to another security profile; the old one works until it comes under the new one. */
  switchProfile(request: ProfileRequest, waitMs: number): Promise<Result<ProfileSwitch, ProfileFailure>> {
    return this.#security.switchProfile(request, waitMs);
  }

  securityStatus(): SecurityStatus {
    return this.#security.status();
  }

  /** The charger as it is at this moment; null if it never came here. */
  live(): Live | null {
    if (this.#storage.isEmpty) return null;
    return liveView(this.#state, this.#session, this.#history, this.#commands);
  }

  /** Checks, sends or queues a command, and waits up to `waitMs` for the charger's answer. */
  async command(request: CommandRequest, waitMs: number): Promise<Result<Command, CommandFailure>> {
    const now = Date.now();
    const prepared = prepareCommand(request, this.#session.current()?.connection.version, this.#state.lastVersion, now);
    if (!prepared.ok) return prepared;
    const noted = this.#security.beforeCommand(prepared.value);
    if (noted !== undefined) await noted;
    const command = this.#calls.submit(prepared.value, now);
    return ok((await this.#calls.wait(command.id, waitMs)) ?? command);
  }

  /** The same for a command that means the same in every version. */
  async neutralCommand(
    request: NeutralRequest,
    options: Omit<CommandRequest, "action" | "payload" | "version">,
    waitMs: number,
  ): Promise<Result<Command, CommandFailure>> {
    const current = this.#session.current()?.connection.version;
    const version = current ?? this.#state.lastVersion;
    if (version === undefined || (current === undefined && options.offline === "fail"))
      return fail({ reason: "not_connected", detail: "the charge point is not connected" });
    const said = sayNeutral(this.#parts(), this.#storage, version, request, Date.now());
    if ("refused" in said) return fail({ reason: "refused", detail: said.refused });
    return this.command({ ...options, ...said, version }, waitMs);
  }

  /** Its local authorization list as far as it is known. */
  localList(): KnownLocalList | null {
    return this.#state.localList.known() ?? null;
  }

  commandNow(id: string): Command | null {
    const command = this.#commands.get(id);
    return command === undefined ? null : published(command);
  }

  /** @returns whether it was still waiting; what is on the wire cannot be taken back */
  cancelCommand(id: string): boolean {
    return this.#calls.cancel(id, Date.now());
  }

  /** What the charger gets when it pulls the update of a dynamic schedule; null: nothing. */
  setScheduleUpdate(chargingProfileId: number, update: Payload | null): void {
    const key = String(chargingProfileId);
    const fact: Fact =
      update === null
        ? { kind: "dropped", gone: { kind: "scheduleUpdate", keys: [key] } }
        : { kind: "held", holding: { kind: "scheduleUpdate", key, evseId: 0, data: update } };
    this.#journal.event(Date.now(), { event: "schedule_update_set", chargingProfileId, update }, [fact]);
  }

  /** Ends a transaction that the charger will not end, by an operator's word. */
  closeTransaction(id: string, by: string, reason: string): Result<TransactionStop, "unknown" | "closed"> {
    const transaction = this.#state.transactions.byId(id);
    if (transaction === undefined) return fail("unknown");
    if (transaction.stop !== undefined) return fail("closed");
    const now = Date.now();
    const meterStop = lastMeter(this.#parts(), id) ?? transaction.meterStart;
    const stop: TransactionStop = { id, stoppedAt: now, meterStop, stopReason: "Other", closedBy: `${by}: ${reason}` };
    this.#journal.event(now, { event: "transaction_closed", ...stop }, [{ kind: "transactionStopped", stop }]);
    return ok(stop);
  }

  /** The charger's messages, newest first. */
  messages(beforeSeq: number | null, limit: number): LogRow[] {
    return this.#log.before(beforeSeq ?? this.#log.nextSeq, limit);
  }

  /** Reads or writes settings, in as many calls as it takes, and waits up to `waitMs` for the end of it. */
  async configureCharger(request: ProcedureRequest, waitMs: number): Promise<Result<Job, ProcedureFailure>> {
    const started = this.#jobs.start(request, Date.now());
    return started.ok ? ok((await this.#jobs.wait(started.value.id, waitMs)) ?? started.value) : started;
  }

  deviceModel(): KnownComponent[] {
    return this.#state.told.deviceModel.components();
  }

  reports(): Report[] {
    return this.#state.told.reports.all();
  }

  displayMessages(): KnownDisplayMessage[] {
    const { told, transactions } = this.#state;
    const isOver = (id: string | undefined) => id !== undefined && transactions.byOcppId(id)?.stop !== undefined;
    // The charger removes what belongs to a transaction with it, and tells nobody.
    return told.displayMessages.all().filter(({ transactionId }) => !isOver(transactionId));
  }

  /** What a report said of a customer: it is told once, and nowhere kept. */
  takeCustomerInformation(requestId: number): Result<string, "gone" | "incomplete"> {
    return takeCustomerInformation(this.#state, this.#log, requestId);
  }

  boots(): NonNullable<Boot["recent"]> {
    return this.#state.boot?.recent ?? [];
  }

  configuration(): KnownConfiguration {
    return this.#state.configuration();
  }

  /** Meter values of a transaction that are not in D1 yet. */
  unshippedMeterValues(transactionId: string): MeterValue[] {
    const rows = this.#log.after(this.#history.cursor, this.#history.backlog + 1000);
    return rows
      .filter((row) => row.facts.some((fact) => fact.kind === "meterValues" && fact.transactionId === transactionId))
      .flatMap(meterValuesOf);
  }

  /** Ships what is left. Resolves when it is in D1 or an attempt failed. */
  async flush(): Promise<void> {
    this.#noticeLoss();
    await this.#history.flush();
    this.#deadlines.arm();
  }

  /** Makes history agree with the socket: after a crash nobody told us that it is gone. */
  async reconcile(): Promise<void> {
    const now = Date.now();
    if (this.#session.current() !== undefined) this.#journal.event(now, { event: "seen" }, [{ kind: "seen" }]);
    await this.flush();
  }

  /** Forgets the charger's registration and what it told of itself. Its history, here and in D1, stays. */
  async erase(): Promise<void> {
    const current = this.#session.current();
    if (current !== undefined) close(current.socket, 1008, "this charge point was deleted");
    this.#gone(current?.connection, "deleted");
    // At once: a charger that dials again while history ships must not be let in on what is being forgotten.
    if (!this.#storage.isEmpty) this.#storage.transaction(() => this.#state.erase());
    await this.#history.flush();
  }

  // ------------------------------------------------------------------------------------------------ the insides

  async #admit(handshake: Handshake): Promise<Admission> {
    const { CHARGER_REGISTRATION: registration, CREDENTIALS_KEY: credentialsKey } = this.env;
    let known = this.#state.settings;
    if (known === undefined) {
      try {
        const stored = await readSettings(this.env.DB, this.#key);
        // Meanwhile the operator may have told something newer.
        known = this.#state.settings ?? stored ?? undefined;
      } catch (error) {
        console.warn(JSON.stringify({ event: "registry_unavailable", chargePoint: this.#key, detail: String(error) }));
        return refuse("registry_unavailable");
      }
      if (known !== undefined) this.configure(known);
    }
    const { security, boot } = this.#state;
    return admit(
      handshake,
      known,
      { registration, credentialsKey, organisation: this.env.CERTIFICATE_ORGANISATION },
      {
        passwords: security.passwords(),
        targetProfile: security.targetProfile(),
        serialNumber: boot?.station.serialNumber,
      },
    );
  }

  #parts(): ReceiveParts {
    return {
      state: this.#state,
      log: this.#log,
      commands: this.#commands,
      idTokens: this.#idTokens,
      journal: this.#journal,
      replay: this.#replay,
      calls: this.#calls,
      settings: this.#state.settings ?? newcomer(this.#key, "accepted"),
      heartbeatInterval: Number(this.env.HEARTBEAT_INTERVAL_SECONDS),
      iso15118: (need) => askIso15118(new StandardProvider(this.env), need),
    };
  }

  #afterFrame(connection: Connection, hasBooted: boolean, now: number): void {
    if (hasBooted) this.#sendOnBoot(connection, now);
    if (this.#commands.queued().length > 0) this.#calls.pump(now);
  }

  #sendOnBoot(connection: Connection, now: number): void {
    const isLive = this.#session.current()?.connection.id === connection.id;
    if (!isLive || this.#state.settings?.registration !== "accepted") return;
    for (const request of onBootCommands(this.env.ON_BOOT, connection.version)) {
      const prepared = prepareCommand(request, connection.version, undefined, now);
      if (prepared.ok) this.#calls.submit(prepared.value, now);
      else console.error(JSON.stringify({ event: "on_boot_command_refused", request, error: prepared.error }));
    }
    this.ctx.waitUntil(this.#applyOnBoot(connection, now));
  }

  /** Never throws: a charger that booted must not notice that nobody could be asked for its template. */
  async #applyOnBoot(connection: Connection, now: number): Promise<void> {
    const { boot } = this.#state;
    if (boot === undefined) return;
    try {
      const template = await bootTemplate(this.env.DB, boot);
      const request = template && templateRequest(template, versionRow(connection.version), "on-boot");
      if (request === undefined) return;
      const loop = bootLoop(boot, now);
      if (loop === undefined) this.#jobs.start(request, Date.now());
      else this.#journal.event(Date.now(), { event: "template_not_applied", template: template?.name }, [loop]);
    } catch (error) {
      console.warn(JSON.stringify({ event: "boot_template_failed", chargePoint: this.#key, detail: String(error) }));
    }
  }

  #refuseOversized(socket: WebSocket, now: number): void {
    this.#journal.event(now, { event: "frame_oversized" }, [OVERSIZED]);
    close(socket, 1009, "frames above 1 MiB are not accepted");
    this.#gone(this.#session.of(socket), "sent a frame above 1 MiB");
  }

  /** A connection ended. Only the one that history believes in counts: an old socket closes after its successor came. */
  #gone(connection: Pick<Connection, "id"> | undefined, reason: string): void {
    if (connection === undefined) return;
    const now = Date.now();
    if (this.#state.connectionId === connection.id) {
      this.#journal.event(now, { event: "disconnected", connectionId: connection.id, reason }, [
        { kind: "disconnected", connectionId: connection.id, reason },
      ]);
    }
    this.#calls.connectionLost(connection.id, now);
  }

  /** After a crash or a deploy the socket is gone without a close event. */
  #noticeLoss(): void {
    const id = this.#state.connectionId;
    if (id !== undefined && this.#session.current()?.connection.id !== id) this.#gone({ id }, "lost");
  }
}
