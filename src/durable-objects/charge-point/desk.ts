// What the Worker may order a charger to do: its RPC, together with what may be read of it (./window.ts). Each method is a
// door to the part that does it; all failures are values, since RPC loses error classes. The charger's life itself is in
// ../charge-point.ts.
import { unaskable } from "../../ocpp/acceptance.ts";
import type { Command } from "../../ocpp/facts/command.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { TransactionStop } from "../../ocpp/facts/transaction.ts";
import type { Job } from "../../ocpp/job.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import type { Payload } from "../../ocpp/read.ts";
import { fail, ok, type Result } from "../../result.ts";
import { registryReaderOf } from "../stubs.ts";
import type { RefusalReason } from "./admit.ts";
import { registrationNow } from "./boot-setup.ts";
import { type CommandFailure, type CommandRequest, prepareCommand } from "./command-request.ts";
import { published } from "./commands.ts";
import { takeCustomerInformation } from "./customer-information.ts";
import { type Dump, dumpOf, restore } from "./dump.ts";
import type { ProcedureFailure, ProcedureRequest } from "./job-runner.ts";
import { sayNeutral } from "./neutral.ts";
import type { PasswordFailure } from "./passwords.ts";
import { connectionEnded, noticeLoss } from "./presence.ts";
import type { ProfileFailure, ProfileRequest, ProfileSwitch } from "./profile-switch.ts";
import { type ProvenCharger, proveCredentials } from "./prove-credentials.ts";
import type { Rotation, SettingsChange } from "./security-desk.ts";
import { close } from "./session.ts";
import type { Settings } from "./settings.ts";
import { lastMeter } from "./station.ts";
import type { ArrivedFile, Tie, TransferPlan } from "./transfers.ts";
import { ChargePointWindow } from "./window.ts";

const OBSTACLES = {
  busy: "another firmware update of the charge point is still going on",
  charging: "a transaction is running at the charge point",
};

export class ChargePointDesk extends ChargePointWindow {
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

  /** A file of the charger is in the store. @returns the job that it belongs to; null: it came of its own accord */
  fileArrived(file: ArrivedFile): Tie | null {
    return this.parts.storage.isEmpty ? null : this.parts.transfers.arrived(file, Date.now());
  }

  /** An upload to the address of a job was not taken. */
  fileRefused({ jobId, detail }: { jobId: string; detail: string }): void {
    if (!this.parts.storage.isEmpty) this.parts.transfers.refused(jobId, detail, Date.now());
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

  /** Reads or writes settings, in as many calls as it takes, and waits up to `waitMs` for the end of it. */
  async configureCharger(request: ProcedureRequest, waitMs: number): Promise<Result<Job, ProcedureFailure>> {
    const started = this.parts.jobs.start(request, Date.now());
    return started.ok ? ok((await this.parts.jobs.wait(started.value.id, waitMs)) ?? started.value) : started;
  }

  /** What a report said of a customer: it is told once, and nowhere kept. */
  takeCustomerInformation(requestId: number): Result<string, "gone" | "incomplete"> {
    return takeCustomerInformation(this.parts.state, this.parts.log, requestId);
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
    const { storage, state } = this.parts;
    if (!storage.isEmpty) {
      storage.transaction(() => state.erase());
      // Nor on what is remembered of it.
      storage.reload();
    }
    await this.parts.history.flush();
  }
}
