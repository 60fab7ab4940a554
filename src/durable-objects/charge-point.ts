// One charger: its socket, its log, its state, its commands. This file is its life; each verb has a file in charge-point/.
import { DurableObject } from "cloudflare:workers";
import { meterValuesOf } from "../db/meter-chunks.ts";
import type { Command, Fact, TransactionStop } from "../ocpp/facts.ts";
import { callErrorFrame, parseFrame } from "../ocpp/frame.ts";
import type { MeterValue } from "../ocpp/metering.ts";
import { type VersionRow, versionRow } from "../ocpp/versions.ts";
import { fail, ok, type Result } from "../result.ts";
import { type Handshake, readHandshake } from "../workers/handshake.ts";
import { type Admission, admit, type Refusal, refuse } from "./charge-point/admit.ts";
import { Calls } from "./charge-point/calls.ts";
import { type CommandFailure, type CommandRequest, prepareCommand } from "./charge-point/command-request.ts";
import { Commands, published } from "./charge-point/commands.ts";
import { Deadlines } from "./charge-point/deadlines.ts";
import { History } from "./charge-point/history.ts";
import { IdTokens } from "./charge-point/id-tokens.ts";
import { Journal } from "./charge-point/journal.ts";
import { Log, type LogRow } from "./charge-point/log.ts";
import { onBootCommands } from "./charge-point/on-boot.ts";
import { type ReceiveParts, receive } from "./charge-point/receive.ts";
import { ReplayCache } from "./charge-point/replay.ts";
import { type Connection, close, Session, send } from "./charge-point/session.ts";
import { newcomer, readSettings, type Settings } from "./charge-point/settings.ts";
import { type KnownConfiguration, State } from "./charge-point/state.ts";
import { lastMeter } from "./charge-point/station.ts";
import { Storage } from "./charge-point/storage.ts";
import { FLAPPING, isFlapping, isOversized, NO_SUBPROTOCOL, OVERSIZED } from "./charge-point/transport.ts";
import { type Live, liveView } from "./charge-point/view.ts";
import { historyWriterOf } from "./stubs.ts";

/** The header in which a refused upgrade tells its reason to the Worker. */
export const REFUSAL_HEADER = "x-refusal";

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
  readonly #idTokens: IdTokens;
  readonly #replay: ReplayCache;
  /** The last frame whose answer had to wait for the outside: later frames are handled after it. */
  #tail: Promise<void> | undefined;

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
    );
    this.#deadlines = new Deadlines(ctx.storage, () => [this.#history.deadline, this.#calls.deadline]);
    this.#journal = new Journal(this.#storage, this.#log, this.#state, this.#history, this.#deadlines);
    this.#calls = new Calls(this.#commands, this.#journal, this.#session, this.#state);
    this.#idTokens = new IdTokens(env.DB, this.#storage, this.#key, {
      outage: env.AUTHORIZATION_OUTAGE === "reject" ? "reject" : "accept",
      concurrent: env.CONCURRENT_TRANSACTIONS === "deny" ? "deny" : "allow",
    });
    this.#replay = new ReplayCache(this.#log);
    ctx.blockConcurrencyWhile(() => this.#deadlines.load());
  }

  // ------------------------------------------------------------------------------------------------ the socket

  /** The charger's WebSocket upgrade, forwarded by the Worker. */
  override async fetch(request: Request): Promise<Response> {
    const handshake = readHandshake(request);
    if (handshake === undefined) return new Response("no identity in the path\n", { status: 400 });
    const admission = await this.#admit(handshake);
    if (!admission.ok) return refused(admission.refusal);
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
        { kind: "connected", connectionId: connection.id, version: agreement.row.version, ip: handshake.ip },
        ...(isFlapping(connection.swaps) ? [FLAPPING] : []),
        ...(agreement.subprotocol === undefined ? [NO_SUBPROTOCOL] : []),
      ],
    );
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
    if (this.#tail !== undefined) return this.#inTurn(this.#tail.then(() => this.#receive(socket, connection, text)));
    const waiting = this.#receive(socket, connection, text);
    if (waiting !== undefined) return this.#inTurn(waiting);
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
  configure(settings: Settings): void {
    this.#storage.prepare();
    this.#state.settings = settings;
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
    const command = this.#calls.submit(prepared.value, now);
    return ok((await this.#calls.wait(command.id, waitMs)) ?? command);
  }

  commandNow(id: string): Command | null {
    const command = this.#commands.get(id);
    return command === undefined ? null : published(command);
  }

  /** @returns whether it was still waiting; what is on the wire cannot be taken back */
  cancelCommand(id: string): boolean {
    return this.#calls.cancel(id, Date.now());
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
    await this.#history.flush();
    if (!this.#storage.isEmpty) this.#storage.transaction(() => this.#state.erase());
  }

  // ------------------------------------------------------------------------------------------------ the insides

  async #admit(handshake: Handshake): Promise<Admission> {
    const { CHARGER_REGISTRATION: registration, CREDENTIALS_KEY: credentialsKey } = this.env;
    let known = this.#state.settings ?? null;
    if (known === null) {
      try {
        known = await readSettings(this.env.DB, this.#key);
      } catch (error) {
        return refuse("registry_unavailable", String(error));
      }
      if (known !== null) this.configure(known);
    }
    return admit(handshake, known, { registration, credentialsKey });
  }

  /** Handles one frame. A promise only if the outside has to be asked first. */
  #receive(socket: WebSocket, connection: Connection, text: string): Promise<void> | undefined {
    const now = Date.now();
    const row = versionRow(connection.version);
    const bootBefore = this.#state.boot;
    const answer = (frame: string | undefined) => {
      if (frame !== undefined) send(socket, frame);
      if (this.#state.boot !== bootBefore) this.#sendOnBoot(connection, now);
      if (this.#commands.queued().length > 0) this.#calls.pump(now);
    };
    const broken = (error: unknown) => answer(this.#broken(row, text, error));
    try {
      const reply = receive(this.#parts(), row, text, now);
      if (reply instanceof Promise) return reply.then(answer, broken);
      answer(reply);
    } catch (error) {
      broken(error);
    }
    return undefined;
  }

  /** Frames are handled in the order of receipt, also when one has to wait for D1. */
  #inTurn(work: Promise<void>): Promise<void> {
    const tail = work.finally(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
    return tail;
  }

  /** A bug of ours: nothing of the frame was stored, and the charger may try again. */
  #broken(row: VersionRow, text: string, error: unknown): string | undefined {
    console.error(
      JSON.stringify({
        event: "frame_failed",
        chargePoint: this.#key,
        detail: errorDetail(error),
        frame: text.slice(0, 1000),
      }),
    );
    this.#commands.forget();
    this.#replay.forget();
    const frame = parseFrame(text);
    return frame.kind === "call"
      ? callErrorFrame(frame.id, row.errorCodes.internal, "the CSMS failed to handle this")
      : undefined;
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
    };
  }

  #sendOnBoot(connection: Connection, now: number): void {
    if (this.#state.settings?.registration !== "accepted") return;
    for (const request of onBootCommands(this.env.ON_BOOT, connection.version)) {
      const prepared = prepareCommand(request, connection.version, undefined, now);
      if (prepared.ok) this.#calls.submit(prepared.value, now);
      else console.error(JSON.stringify({ event: "on_boot_command_refused", request, error: prepared.error }));
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

function refused({ status, reason, detail }: Refusal): Response {
  const headers = new Headers({ [REFUSAL_HEADER]: JSON.stringify({ reason, detail }) });
  if (status === 401) headers.set("www-authenticate", 'Basic realm="ocpp", charset="UTF-8"');
  return new Response(`${detail}\n`, { status, headers });
}

const errorDetail = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
