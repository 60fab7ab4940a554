// Brings a charger's local authorization list in step with the id tokens: asks what it has and can hold, then sends
// as few messages as do it. Only on an operator's word. The actor learns from the charger's answers what is in the list.
import { asc } from "drizzle-orm";
import { database } from "../db/client.ts";
import { idTokens } from "../db/schema.ts";
import type { CommandFailure } from "../durable-objects/charge-point/command-request.ts";
import { chargePointOf } from "../durable-objects/stubs.ts";
import type { Command } from "../ocpp/facts/command.ts";
import type { LocalListEntry } from "../ocpp/facts/local-list.ts";
import { type ListDialect, type ListLimits, type ListMessage, planMessages } from "../ocpp/local-list.ts";
import { type Payload, record } from "../ocpp/read.ts";
import { isVersion, versionRow } from "../ocpp/versions.ts";
import { fail, ok, type Result } from "../result.ts";

export type SyncMode = "auto" | "full" | "differential";

export interface SyncReport {
  version: number;
  entries: number;
  /** Tokens that the list has no room for, or that the version cannot say. */
  omitted: number;
  messages: {
    commandId: string;
    updateType: ListMessage["updateType"];
    version: number;
    entries: number;
    status: string;
  }[];
}

export type SyncFailure =
  | { reason: "command"; failure: CommandFailure }
  /** The command did not come to an answer. */
  | { reason: "unanswered"; command: Command }
  | { reason: "no_list" }
  | { reason: "unknown_content" }
  | { reason: "refused"; status: string; report: SyncReport };

/** The charger, as this file talks to it. */
interface Talk {
  ask(said: { action: string; payload: object }): Promise<Result<Command, CommandFailure>>;
  dialect: ListDialect;
}

export async function syncLocalList(
  env: Env,
  key: string,
  mode: SyncMode,
  requestedBy: string,
): Promise<Result<SyncReport, SyncFailure>> {
  const actor = chargePointOf(env, key);
  const version = (await actor.live())?.ocppVersion;
  const detail = "the charge point is not connected";
  if (!isVersion(version)) return fail({ reason: "command", failure: { reason: "not_connected", detail } });
  const talk: Talk = {
    dialect: versionRow(version).localList,
    ask: (said) => actor.command({ ...said, version, offline: "fail", requestedBy }, CALL_WAIT_MS),
  };
  const told = await answerTo(talk, { action: "GetLocalListVersion", payload: {} });
  if (!told.ok) return told;
  const current = talk.dialect.readVersion(told.value.response) ?? 0;
  if (current < 0) return fail({ reason: "no_list" });
  const limits = await readLimits(talk);
  if (!limits.ok) return limits;
  const { entries, omitted } = choose(await wantedEntries(env), talk.dialect, limits.value);
  // What was learnt from the answer above: a version that is not ours voids what we knew.
  const known = await actor.localList();
  const isKnown = known?.isComplete === true && known.version === current;
  if (mode === "differential" && !isKnown) return fail({ reason: "unknown_content" });
  const base = mode === "full" || !isKnown ? undefined : known.entries;
  const first = await sendAll(talk, { entries, omitted }, base, Math.max(current, known?.version ?? 0), limits.value);
  if (first.ok || first.error.reason !== "refused" || first.error.status !== "VersionMismatch") return first;
  if (base === undefined || mode === "differential") return first;
  // It had another list than it said, or forgot it meanwhile: all of it, once.
  const next = Math.max(current, known?.version ?? 0) + first.error.report.messages.length;
  return sendAll(talk, { entries, omitted }, undefined, next, limits.value);
}

/** A little longer than the charger may take. */
const CALL_WAIT_MS = 35_000;

interface Wanted {
  entries: LocalListEntry[];
  omitted: number;
}

async function sendAll(
  talk: Talk,
  { entries, omitted }: Wanted,
  base: readonly LocalListEntry[] | undefined,
  version: number,
  limits: ListLimits,
): Promise<Result<SyncReport, SyncFailure>> {
  const planned = planMessages(entries, base, version + 1, limits, talk.dialect.payload);
  const report: SyncReport = { version, entries: entries.length, omitted, messages: [] };
  for (const message of planned) {
    const sent = await answerTo(talk, { action: "SendLocalList", payload: talk.dialect.payload(message) });
    if (!sent.ok) return sent;
    const { command, response } = sent.value;
    const status = typeof response.status === "string" ? response.status : "";
    const { updateType, put, removed } = message;
    const counted = put.length + removed.length;
    report.messages.push({ commandId: command.id, updateType, version: message.version, entries: counted, status });
    if (status !== "Accepted") return fail({ reason: "refused", status, report });
    report.version = message.version;
  }
  return ok(report);
}

/** A charger that cannot tell its limits has none that we know. */
async function readLimits(talk: Talk): Promise<Result<ListLimits, SyncFailure>> {
  const told = await answerTo(talk, talk.dialect.limitsRequest);
  if (told.ok) return ok(talk.dialect.readLimits(told.value.response));
  const refused = told.error.reason === "unanswered" && told.error.command.status === "error";
  return refused ? ok({}) : told;
}

async function answerTo(
  { ask }: Talk,
  said: { action: string; payload: object },
): Promise<Result<{ command: Command; response: Payload }, SyncFailure>> {
  const result = await ask(said);
  if (!result.ok) return fail({ reason: "command", failure: result.error });
  const command = result.value;
  if (command.status !== "accepted") return fail({ reason: "unanswered", command });
  return ok({ command, response: record(JSON.parse(command.response ?? "{}")) });
}

/** Every token that may charge or must not. An expired one is nobody's. */
async function wantedEntries(env: Env): Promise<LocalListEntry[]> {
  const rows = await database(env).select().from(idTokens).orderBy(asc(idTokens.key));
  const now = Date.now();
  return rows
    .filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > now)
    .map(({ idToken, type, status, expiresAt, groupId }) => ({
      idToken,
      ...(type === null ? {} : { type }),
      status: status === "blocked" ? "Blocked" : "Accepted",
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.getTime() }),
      ...(groupId === null ? {} : { groupId }),
    }));
}

/** When the list is too short for all, those that may charge come first: the others are refused without it as well. */
function choose(wanted: readonly LocalListEntry[], dialect: ListDialect, { maxEntries }: ListLimits): Wanted {
  const sayable = wanted.flatMap((entry) => dialect.normal(entry) ?? []);
  const ranked = sayable.toSorted((a, b) => Number(a.status !== "Accepted") - Number(b.status !== "Accepted"));
  const entries = ranked.slice(0, maxEntries);
  return { entries, omitted: wanted.length - entries.length };
}
