// From a certificate signing request to a charger that has its certificate: signed by the authority, sent in our
// CertificateSigned, tried again where one of them is away. All of it follows from stored state, so a crash at any
// point loses nothing but time.
import type { Fact } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";
import { record } from "../../ocpp/read.ts";
import {
  type CertificateRequest,
  certificateSigned,
  isOpenRequest,
  tookCertificate,
} from "../../ocpp/signing-request.ts";
import type { CertificateAuthority } from "../../pki/authority.ts";
import { checkCsr } from "../../pki/csr.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import { type Commands, type HeldCommand, isFinal } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export interface SigningParts {
  state: State;
  commands: Commands;
  calls: Calls;
  session: Session;
  journal: Journal;
  authority: () => CertificateAuthority;
  /** Empty: any. */
  organisation: string;
  keepAlive: (work: Promise<unknown>) => void;
}

/** An authority that is away is asked again after 10 s, 20 s, ... up to an hour, for about a day. */
const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 3_600_000;
const MAX_SIGN_ATTEMPTS = 32;
/** A charger that does not answer a CertificateSigned gets it again, this often. */
const MAX_DELIVERIES = 5;
const REDELIVER_MS = 60_000;
/** Should the process die while the authority is asked, the alarm begins anew after this. */
const SIGN_BACKSTOP_MS = 60_000;

export class Signing {
  readonly #parts: SigningParts;
  /** The request that the authority is being asked about, and until when it is believed to be. */
  #asking: { id: string; until: number } | undefined;

  constructor(parts: SigningParts) {
    this.#parts = parts;
  }

  readonly deadline: Deadline = {
    name: "signing",
    due: () => {
      const dues = this.#open().flatMap((request) => this.#dueOf(request) ?? []);
      return dues.length === 0 ? undefined : Math.min(...dues);
    },
    fire: (now) => {
      for (const request of this.#open()) {
        if ((this.#dueOf(request) ?? Infinity) > now) continue;
        if (request.status === "issued") this.#deliver(request, now);
        else this.#begin(request, now);
      }
    },
  };

  #open(): CertificateRequest[] {
    return this.#parts.state.security.requests().filter(isOpenRequest);
  }

  #dueOf(request: CertificateRequest): number | undefined {
    if (request.status === "requested") {
      return this.#asking?.id === request.id ? this.#asking.until : (request.nextAttemptAt ?? request.createdAt);
    }
    const command = this.#commandOf(request);
    if (command !== undefined) return isFinal(command) ? (command.finishedAt ?? request.updatedAt) : undefined;
    return this.#parts.session.current() === undefined ? undefined : (request.nextAttemptAt ?? request.updatedAt);
  }

  #commandOf({ commandId }: CertificateRequest): HeldCommand | undefined {
    return commandId === undefined ? undefined : this.#parts.commands.get(commandId);
  }

  #begin(request: CertificateRequest, now: number): void {
    this.#asking = { id: request.id, until: now + SIGN_BACKSTOP_MS };
    const work = this.#sign(request).finally(() => {
      if (this.#asking?.id === request.id) this.#asking = undefined;
    });
    this.#parts.keepAlive(work);
  }

  async #sign(request: CertificateRequest): Promise<void> {
    const change = await this.#askAuthority(request);
    const now = Date.now();
    // Meanwhile the charger may have asked with another key, or been deleted.
    if (!this.#open().some(({ id, status }) => id === request.id && status === "requested")) return;
    this.#asking = undefined;
    this.#save({ ...request, attempts: request.attempts + 1, ...change, updatedAt: now }, now);
    this.deadline.fire(now);
  }

  async #askAuthority(request: CertificateRequest): Promise<Partial<CertificateRequest>> {
    const { state, authority, organisation } = this.#parts;
    const identity = state.settings?.identity;
    const { csr: pem, use } = request;
    if (identity === undefined) return { status: "refused", detail: "the charger is not registered any more" };
    const commonNames = [identity, state.boot?.station.serialNumber ?? identity];
    const checked = await checkCsr(pem, { use, commonNames, organisation });
    if (!checked.ok) return { status: "refused", detail: checked.error };
    try {
      const signed = await authority().sign({ chargePointId: identity, use, pem, csr: checked.value });
      if (signed.ok) return { status: "issued", chain: signed.value, attempts: 0, nextAttemptAt: undefined };
      if (signed.error.reason === "refused") return { status: "refused", detail: signed.error.detail };
      return later(request, signed.error.detail);
    } catch (error) {
      // D1, in which the local authority has its key, is away.
      return later(request, String(error));
    }
  }

  #deliver(request: CertificateRequest, now: number): void {
    const command = this.#commandOf(request);
    if (command === undefined) {
      this.#send(request, now);
      return;
    }
    if (command.status === "accepted") {
      const took = tookCertificate(record(JSON.parse(command.response ?? "{}")), request.via);
      const change: Partial<CertificateRequest> = took
        ? { status: "installed" }
        : { status: "rejected", detail: `the charger answered ${command.response}` };
      this.#save({ ...request, ...change, updatedAt: now }, now);
      return;
    }
    const detail = `${command.error?.code ?? command.status}: ${command.error?.description ?? ""}`;
    const cannot = command.status === "error" && /^Not(Implemented|Supported)$/.test(command.error?.code ?? "");
    const { attempts } = request;
    if (cannot || attempts >= MAX_DELIVERIES) {
      this.#save({ ...request, status: "undelivered", detail, updatedAt: now }, now);
      return;
    }
    this.#save({ ...request, commandId: undefined, detail, nextAttemptAt: now + REDELIVER_MS, updatedAt: now }, now);
  }

  #send(request: CertificateRequest, now: number): void {
    const { session, state, calls } = this.#parts;
    const prepared = prepareCommand(
      { ...certificateSigned(request), offline: "fail", requestedBy: "certificate-authority" },
      session.current()?.connection.version,
      state.lastVersion,
      now,
    );
    if (!prepared.ok) {
      const detail = prepared.error.detail;
      this.#save({ ...request, status: "undelivered", detail, updatedAt: now }, now);
      return;
    }
    const { value: command } = prepared;
    // Stored before it is sent: a crash in between finds no such command, and sends anew.
    const { attempts, detail: _detail, nextAttemptAt: _at, ...rest } = request;
    this.#save({ ...rest, commandId: command.id, attempts: attempts + 1, updatedAt: now }, now);
    calls.submit(command, now);
  }

  #save(request: CertificateRequest, now: number): void {
    const { id, status, detail } = request;
    const facts: Fact[] = [{ kind: "certificateRequest", request }];
    if (status === "refused") facts.push(finding("csr_refused", detail ?? ""));
    if (status === "rejected") facts.push(finding("certificate_rejected", detail ?? ""));
    if (status === "undelivered") facts.push(finding("certificate_undelivered", detail ?? ""));
    this.#parts.journal.event(now, { event: `certificate_${status}`, requestId: id, detail }, facts);
  }
}

function later({ attempts }: CertificateRequest, detail: string): Partial<CertificateRequest> {
  if (attempts + 1 >= MAX_SIGN_ATTEMPTS) return { status: "refused", detail: `the authority is away: ${detail}` };
  const pause = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempts, 10));
  return { detail, nextAttemptAt: Date.now() + pause };
}
