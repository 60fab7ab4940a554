// Procedures: settings read and written in as few calls as the charger's limits allow, one call after the other.
// Pure steps over a job: which call comes next, and what an answer makes of the job. How a version spells a read or a
// write is its dialect; nothing here knows a version.
import type { CommandError } from "./facts/command.ts";
import { advanced, type Job, type JobItem, type SettingName } from "./job.ts";
import type { Payload } from "./read.ts";

export interface Call {
  action: string;
  payload: Payload;
}

/** What an answer says of one item. */
export type Told = Partial<Pick<JobItem, "found" | "outcome" | "detail">>;

/** How much a charger takes in one message. */
export interface Limits {
  reads: number;
  writes: number;
  readBytes?: number | undefined;
  writeBytes?: number | undefined;
}

export interface Dialect {
  /** Whether a name is one of this version's. */
  speaks(name: SettingName): boolean;
  read(settings: readonly SettingName[]): Call;
  write(items: readonly JobItem[]): Call;
  /** One entry per setting; undefined: the answer does not mention it. */
  readAnswer(settings: readonly SettingName[], response: Payload): (Told | undefined)[];
  writeAnswer(items: readonly JobItem[], response: Payload): (Told | undefined)[];
  /** Whether a value is a list of which a charger may take some members and refuse others. */
  isList(name: SettingName): boolean;
  /** Whether the charger ends a session itself whose token is not accepted. */
  stopsInvalid: SettingName;
  /** @param known what the charger told of itself */
  limits(known: (name: SettingName) => string | undefined): Limits;
}

export type Answer =
  | { kind: "response"; response: Payload }
  | { kind: "refused"; error: CommandError }
  | { kind: "silence" };

/** Asked together, then alone. */
const MAX_TRIES = 2;
/** A charger that says nothing any more is left alone. */
const MAX_SILENT = 3;

/** OCPP's longest value: a job with all its items has to fit a row of 2 MB. */
const MAX_VALUE = 2500;

const isRead = (job: Job, item: JobItem): boolean => job.kind === "setVariables" || item.looked === true;

/** The next call and the items that it is about; undefined: nothing is left to do. */
export function nextCall(
  job: Job,
  dialect: Dialect,
  limits: Limits,
): { call: Call; asking: number[]; doing: "reading" | "writing" } | undefined {
  const items = job.items ?? [];
  const open = [...items.keys()].filter((index) => items[index]?.outcome === undefined);
  const unread = open.filter((index) => !isRead(job, at(items, index)));
  const doing = unread.length > 0 ? "reading" : "writing";
  const [max, maxBytes] = doing === "reading" ? [limits.reads, limits.readBytes] : [limits.writes, limits.writeBytes];
  const spell = (indexes: number[]): Call => {
    const chosen = indexes.map((index) => at(items, index));
    return doing === "reading" ? dialect.read(chosen.map(({ setting }) => setting)) : dialect.write(chosen);
  };
  const candidates = unread.length > 0 ? unread : open;
  const fresh = candidates.filter((index) => at(items, index).tries === 0);
  const asking = fresh.length > 0 ? fitting(fresh.slice(0, Math.max(1, max)), maxBytes, spell) : candidates.slice(0, 1);
  return asking.length === 0 ? undefined : { call: spell(asking), asking, doing };
}

/** As many of them as the charger's message size takes, and one at least. */
function fitting(indexes: number[], maxBytes: number | undefined, spell: (indexes: number[]) => Call): number[] {
  if (maxBytes === undefined) return indexes;
  let count = indexes.length;
  while (count > 1 && bytesOf(spell(indexes.slice(0, count))) > maxBytes) count -= 1;
  return indexes.slice(0, count);
}

/** The frame around the payload: type, message id and punctuation. */
const FRAME_BYTES = 50;
const bytesOf = ({ action, payload }: Call): number =>
  new TextEncoder().encode(JSON.stringify(payload)).length + action.length + FRAME_BYTES;

/** The job after its outstanding call came to something. */
export function answered(job: Job, dialect: Dialect, answer: Answer, now: number): Job {
  const items = job.items ?? [];
  const asking = job.asking ?? [];
  const asked = asking.map((index) => at(items, index));
  const reading = asked.some((item) => !isRead(job, item));
  const told = answer.kind === "response" ? readAnswer(dialect, reading, asked, answer.response) : [];
  const next = items.map((item, index) => {
    const place = asking.indexOf(index);
    if (place < 0) return item;
    const news = told[place];
    return news === undefined ? unanswered(job, item, answer, reading) : settled(job, dialect, item, news, reading);
  });
  const silent = answer.kind === "silence" ? (job.silent ?? 0) + 1 : 0;
  const after: Job = { ...job, items: next, silent, asking: [], updatedAt: now };
  if (silent < MAX_SILENT) return after;
  const left = next.map((item) => (item.outcome === undefined ? { ...item, outcome: "unanswered" as const } : item));
  return failed({ ...after, items: left }, "the charge point does not answer", now);
}

const readAnswer = (dialect: Dialect, reading: boolean, asked: JobItem[], response: Payload): (Told | undefined)[] =>
  reading
    ? dialect.readAnswer(
        asked.map(({ setting }) => setting),
        response,
      )
    : dialect.writeAnswer(asked, response);

function settled(job: Job, dialect: Dialect, item: JobItem, told: Told, reading: boolean): JobItem {
  if (!reading) return dialect.isList(item.setting) ? triedOne(item, told) : { ...item, ...told, tries: 0 };
  if (job.kind === "getVariables") {
    return { ...item, outcome: "read", ...told, found: told.found?.slice(0, MAX_VALUE), looked: true, tries: 0 };
  }
  // What cannot be read may still be written: some settings are write-only.
  const isAsWanted = told.found !== undefined && equal(told.found, item.wanted ?? "");
  const found = told.found?.slice(0, MAX_VALUE);
  return { ...item, found, looked: true, tries: 0, ...(isAsWanted ? { outcome: "unchanged" as const } : {}) };
}

/** A list that is refused as a whole is tried member by member: what is accepted stays, and the next joins it. */
function triedOne(item: JobItem, told: Told): JobItem {
  const { list, wanted = "" } = item;
  const [trying, ...left] = list?.left ?? [];
  if (list === undefined || trying === undefined) {
    const members = wanted.split(",").map((member) => member.trim());
    if (told.outcome !== "rejected" || members.length < 2) return { ...item, ...told, tries: 0 };
    return { ...item, tries: 0, list: { taken: [], refused: [], left: members } };
  }
  const isTaken = told.outcome !== "rejected";
  const taken = isTaken ? [...list.taken, trying] : list.taken;
  const refused = isTaken ? list.refused : [...list.refused, trying];
  const reboots = list.reboots === true || told.outcome === "rebootRequired";
  const next: JobItem = { ...item, tries: 0, list: { taken, refused, left, reboots } };
  if (left.length > 0) return next;
  if (taken.length === 0) return { ...next, outcome: "rejected", detail: told.detail };
  return {
    ...next,
    outcome: reboots ? "rebootRequired" : "written",
    detail: `without ${refused.join(", ")}`.slice(0, 500),
  };
}

/** What is to be written of an item now. */
export const valueNow = ({ wanted = "", list }: JobItem): string =>
  list === undefined ? wanted : [...list.taken, ...list.left.slice(0, 1)].join(",");

function unanswered(job: Job, item: JobItem, answer: Answer, reading: boolean): JobItem {
  const tries = item.tries + 1;
  if (tries < MAX_TRIES) return { ...item, tries };
  if (reading && job.kind === "template") return { ...item, looked: true, tries: 0 };
  if (answer.kind !== "refused") return { ...item, tries, outcome: "unanswered" };
  return { ...item, tries, outcome: "rejected", detail: `${answer.error.code}: ${answer.error.description}` };
}

export const failed = (job: Job, reason: string, now: number): Job =>
  advanced({ ...job, asking: [] }, "failed", { status: "failed", at: now, detail: reason }, { reason });

/** Spellings of the same value: of a Boolean, of a number, of a list. */
export function equal(found: string, wanted: string): boolean {
  return spelling(found) === spelling(wanted);
}

function spelling(value: string): string {
  const trimmed = value.trim().replaceAll(/\s*,\s*/g, ",");
  if (/^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase();
  return /^-?\d{1,15}\.\d+$/.test(trimmed) ? String(Number(trimmed)) : trimmed;
}

function at(items: readonly JobItem[], index: number): JobItem {
  const item = items[index];
  if (item === undefined) throw new Error(`the job has no item ${index}`);
  return item;
}
