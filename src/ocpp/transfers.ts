// Firmware updates and log uploads as jobs: what each status of each version means for the job that it belongs to.
// Source: OCPP 1.6 sections 4.4, 4.5 and security whitepaper chapter 5; OCPP 2.0.1 part 2, blocks L and N.
import type { Fact } from "./facts/fact.ts";
import { told as toldOf } from "./file-transfer.ts";
import { verificationOf } from "./firmware-version.ts";
import { type Effect, type EffectContext, effect, type Handler, type Station } from "./handler.ts";
import { advanced, isOpen, type Job, type JobKind, type JobState } from "./job.ts";
import { integer, list, type Payload, record, text } from "./read.ts";

export type TransferKind = Extract<JobKind, "firmware" | "publishFirmware" | "log" | "diagnostics">;

const MINUTE_MS = 60_000;
/** How long a charger may be silent between two statuses: a slow line, an installation, a queue of its own. */
const PATIENCE_MS: Readonly<Record<TransferKind | "unpublishFirmware", number>> = {
  firmware: 120 * MINUTE_MS,
  publishFirmware: 120 * MINUTE_MS,
  unpublishFirmware: 0,
  log: 60 * MINUTE_MS,
  diagnostics: 60 * MINUTE_MS,
};

/** Statuses after which nothing more comes. `null`: says nothing about a job. All others mean that it goes on. */
const MEANING: Readonly<Record<TransferKind, Readonly<Record<string, JobState | null>>>> = {
  firmware: {
    Installed: "finished",
    DownloadFailed: "failed",
    InstallationFailed: "failed",
    InstallVerificationFailed: "failed",
    InvalidSignature: "failed",
    InvalidCertificate: "failed",
    RevokedCertificate: "failed",
    CertificateVerified: "running",
    AcceptedCanceled: "cancelled",
    Idle: null,
  },
  publishFirmware: {
    Published: "finished",
    DownloadFailed: "failed",
    InvalidChecksum: "failed",
    PublishFailed: "failed",
    Idle: null,
  },
  log: {
    Uploaded: "finished",
    UploadFailure: "failed",
    BadMessage: "failed",
    NotSupportedOperation: "failed",
    PermissionDenied: "failed",
    AcceptedCanceled: "cancelled",
    Idle: null,
  },
  diagnostics: { Uploaded: "finished", UploadFailed: "failed", Idle: null },
};

const WORDS: Readonly<Record<TransferKind, string>> = {
  firmware: "firmware update",
  publishFirmware: "firmware publishing",
  log: "log upload",
  diagnostics: "diagnostics upload",
};

const meaningOf = (kind: TransferKind, status: string): JobState | null => {
  const meanings = MEANING[kind];
  return (Object.hasOwn(meanings, status) ? meanings[status] : undefined) ?? (status === "Idle" ? null : "running");
};

/** A handler of the status notifications of one kind. @param also what else the status says */
export const statusNotification = (kind: TransferKind, also: (status: string) => Fact[] = () => []): Handler => ({
  summary: `moves the ${WORDS[kind]} job that it belongs to on, with every status kept; without one, the charger began by itself`,
  tolerance: "values",
  handle(station, payload) {
    const status = text(payload.status) ?? "";
    return { response: {}, facts: [...also(status), ...progress(station, kind, status, payload)] };
  },
});

function progress(station: Station, kind: TransferKind, status: string, payload: Payload): Fact[] {
  const state = meaningOf(kind, status);
  // It does nothing of the kind, and was only asked whether it does.
  if (state === null) return [];
  const requestId = integer(payload.requestId);
  const info = record(payload.statusInfo);
  const detail = [text(info.reasonCode), text(info.additionalInfo)].filter((part) => part !== undefined).join(": ");
  const known = station.job(kind, requestId);
  const repeats = known !== undefined && !isOpen(known) && known.statuses.at(-1)?.status === status;
  if (repeats) return [];
  // Without a request id, something that goes on cannot belong to what has ended.
  const isAnother = known !== undefined && requestId === undefined && state === "running" && isDone(known);
  const job =
    known === undefined || isAnother ? begun(station.newId(), kind, station.receivedAt, { requestId }) : known;
  const locations = list(payload.location).flatMap((location) => text(location) ?? []);
  const { firmware } = job;
  const { state: next, ...patience } = toldOf(job, state);
  const more = {
    ...patience,
    ...(state === "failed" ? { reason: status } : {}),
    ...(locations.length > 0 ? { locations } : {}),
    ...(next === "finished" && firmware ? { firmware: { ...firmware, verification: verificationOf(firmware) } } : {}),
  };
  const told = { status, at: station.receivedAt, ...(detail === "" ? {} : { detail }) };
  return [{ kind: "job", job: advanced(job, next, told, more) }];
}

const isDone = (job: Job): boolean => !isOpen(job) && job.state !== "timedOut";

const begun = (id: string, kind: keyof typeof PATIENCE_MS, at: number, more: Partial<Job>): Job => ({
  id,
  kind,
  state: "requested",
  createdAt: at,
  updatedAt: at,
  patienceMs: PATIENCE_MS[kind],
  statuses: [],
  ...more,
});

/** The actions that begin jobs which may be planned. */
export const PLANNED_KINDS: Readonly<Record<string, TransferKind>> = {
  GetDiagnostics: "diagnostics",
  GetLog: "log",
  UpdateFirmware: "firmware",
  SignedUpdateFirmware: "firmware",
};

/** An effect: the charger has answered a request to transfer something. */
export const transferRequested = (kind: TransferKind): Effect =>
  effect(`begins a ${WORDS[kind]} job, or one that has failed with the refusal`, (request, response, context) => {
    // 1.6 answers UpdateFirmware with nothing and GetDiagnostics with a file name or nothing.
    const status = text(response.status) ?? "Accepted";
    const requestId = integer(request.requestId);
    const fileName = text(response.filename) ?? text(response.fileName);
    const nothing = kind === "diagnostics" && fileName === undefined;
    const taken = status.startsWith("Accepted") && !nothing;
    const told = { status: nothing ? "NoDiagnostics" : status, at: context.answeredAt };
    const job = { ...asked(kind, request, context), ...(fileName === undefined ? {} : { fileName }) };
    const begun = begunBefore(kind, requestId, context);
    const merged =
      begun === undefined
        ? job
        : { ...begun, ...job, id: begun.id, createdAt: begun.createdAt, statuses: begun.statuses };
    const hasMoved = begun !== undefined && begun.statuses.length > 0 && begun.state !== "timedOut";
    const facts: Fact[] = [
      taken
        ? {
            kind: "job",
            job: hasMoved
              ? { ...merged, state: begun.state, patienceMs: begun.patienceMs }
              : advanced(merged, "requested", told),
          }
        : { kind: "job", job: advanced(merged, "failed", told, { reason: told.status }) },
    ];
    const replaced = status === "AcceptedCanceled" ? context.job(kind, undefined, merged.id) : undefined;
    if (replaced !== undefined && isOpen(replaced)) {
      facts.unshift({ kind: "job", job: advanced(replaced, "cancelled", { ...told, detail: "a newer request" }) });
    }
    return facts;
  });

/**
 * The job may exist by now: because it was begun with the command, for a file of ours, or because the charger's first
 * status was faster than its answer.
 */
function begunBefore(kind: TransferKind, requestId: number | undefined, context: EffectContext): Job | undefined {
  const planned = context.jobOf(context.commandId);
  if (planned !== undefined) return planned;
  const early = requestId === undefined ? undefined : context.job(kind, requestId);
  const isEarly = early !== undefined && early.commandId === undefined && early.createdAt >= context.sentAt;
  return isEarly ? early : undefined;
}

const LONGEST_RETRIES_MS = 30 * 24 * 3_600_000;

/** A job that begins with its command, before the charger was asked. */
export const planned = (
  kind: TransferKind,
  request: Payload,
  context: Asking,
  plan: Pick<Job, "id" | "awaitsFile" | "firmware">,
): Job => ({ ...asked(kind, request, context), ...plan });

type Asking = Pick<EffectContext, "commandId" | "requestedBy" | "answeredAt">;

function asked(kind: TransferKind | "unpublishFirmware", request: Payload, context: Asking): Job {
  const firmware = record(request.firmware);
  const times = [request.retrieveDate, firmware.retrieveDateTime, firmware.installDateTime].flatMap(future);
  // No schema bounds the two: their product may be negative or beyond any time.
  const retries = Math.max(0, integer(request.retries) ?? 0) * Math.max(0, integer(request.retryInterval) ?? 0) * 1000;
  const { commandId, requestedBy, answeredAt } = context;
  const checksum = text(request.checksum);
  return begun(crypto.randomUUID(), kind, answeredAt, {
    commandId,
    requestedBy,
    requestId: integer(request.requestId),
    patienceMs: PATIENCE_MS[kind] + Math.min(retries, LONGEST_RETRIES_MS),
    ...(times.length > 0 ? { notBefore: Math.max(...times) } : {}),
    ...(checksum === undefined ? {} : { checksum }),
  });
}

/** Here the time is our own word to the charger, and may lie far ahead. */
const future = (value: unknown): number[] =>
  typeof value === "string" ? [Date.parse(value)].filter(Number.isFinite) : [];

export const unpublished = effect("is a job that ends with the answer", (request, response, context) => {
  const status = text(response.status) ?? "";
  const done = status === "Unpublished" || status === "NoFirmware";
  const told = { status, at: context.answeredAt };
  const job = asked("unpublishFirmware", request, context);
  return [{ kind: "job", job: advanced(job, done ? "finished" : "failed", told, done ? {} : { reason: status }) }];
});
