// Looks for entries in a charger's log. SQLite reads the whole of a table for it, which is thousands of rows at most and
// costs milliseconds; an index would cost a row with every message.
import { isConfidential, withoutPersonalData } from "../../ocpp/confidential.ts";
import type { Log, LogEntry, LogRow } from "./log.ts";

export interface LogFilter {
  /** Somewhere in the frame or its answer, whatever the case of its letters. */
  text?: string | undefined;
  /** Of a call, as OCPP spells them; of an event, its name. Any of them will do. */
  actions?: readonly string[] | undefined;
  direction?: LogEntry["direction"] | undefined;
  messageId?: string | undefined;
  /** Errors that we sent or got. */
  errors?: boolean | undefined;
  /** Epoch milliseconds, inclusive. */
  from?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  to?: number | undefined;
}

export interface Found {
  /** Newest first. */
  rows: LogRow[];
  isAll: boolean;
}

export interface FoundByTime {
  /** Newest first: all there are after `after`. */
  rows: LogRow[];
  /** Epoch milliseconds; null: there is nothing more. */
  after: number | null;
}

/** Far below what RPC carries. At least one is found, however large it is. */
const MAX_CHARS = 4 * 1024 * 1024;
/** Entries are in the order of their times but for those that waited for something, which takes less than this. */
const DISORDER_MS = 10 * 60_000;

/** CALLERROR, and OCPP 2.1's CALLRESULTERROR. */
const isError = (column: string): string =>
  `rtrim(substr(ltrim(substr(${column}, 1, 16), '[ ' || char(9, 10, 13)), 1, 2), ', ') IN ('4', '5')`;
/** Frames are as chargers sent them, so not all are JSON; and parsing is worth the while only where the name occurs. */
const whereNamed = (condition: string): string =>
  `CASE WHEN instr(frame, ?) = 0 OR NOT json_valid(frame) THEN 0 ELSE ${condition} END`;

type Condition = readonly [sql: string, ...values: (string | number)[]];

const given = <T>(wanted: T | undefined, condition: (wanted: T) => Condition): Condition[] =>
  wanted === undefined ? [] : [condition(wanted)];

const conditionsOf = ({ text, actions, direction, messageId, errors, from, to }: LogFilter): Condition[] => [
  ...given(from, (at) => ["at >= ?", at]),
  ...given(to, (at) => ["at < ?", at]),
  ...given(direction, (one) => ["direction = ?", one]),
  ...given(errors, (wanted) => [`(${isError("frame")} OR ${isError("coalesce(answer, '')")}) = ?`, wanted ? 1 : 0]),
  ...given(actions, (names) => [
    `(${names.map(() => whereNamed("CASE json_type(frame) WHEN 'array' THEN frame ->> 2 ELSE frame ->> 'event' END = ?")).join(" OR ")})`,
    ...names.flatMap((name) => [name, name]),
  ]),
  ...given(messageId, (id) => [whereNamed("CAST(frame ->> 1 AS TEXT) = ?"), id, id]),
  ...given(text, (words) => [
    "(instr(lower(frame), lower(?)) > 0 OR instr(lower(coalesce(answer, '')), lower(?)) > 0)",
    ...[words, words],
  ]),
];

/** Newest first, from the last entry before `beforeSeq`. */
export function searchLog(log: Log, filter: LogFilter, beforeSeq: number, limit: number): Found {
  const { where, values } = conditions(filter);
  const rows: LogRow[] = [];
  let chars = 0;
  for (const table of log.tables) {
    const query = `SELECT ${COLUMNS} FROM ${table} WHERE seq < ? AND ${where} ORDER BY seq DESC LIMIT ?`;
    for (const row of log.read(query, beforeSeq, ...values, limit + 1 - rows.length)) {
      if (!isShownBy(row, filter)) continue;
      chars += row.frame.length + (row.answer?.length ?? 0);
      if (rows.length === limit || (chars > MAX_CHARS && rows.length > 0)) return { rows, isAll: false };
      rows.push(row);
    }
  }
  return { rows, isAll: true };
}

/**
 * Newest first by their times, so that what several chargers have can be merged. Never ends between entries of one
 * moment, so that a time is enough to go on from.
 */
export function searchLogByTime(log: Log, filter: LogFilter, limit: number): FoundByTime {
  const { where, values } = conditions(filter);
  let rows: LogRow[] = [];
  const { from = 0, to = Number.POSITIVE_INFINITY } = filter;
  for (const table of log.tables) {
    const [newest] = log.read(`SELECT ${COLUMNS} FROM ${table} ORDER BY seq DESC LIMIT 1`);
    const [oldest] = log.read(`SELECT ${COLUMNS} FROM ${table} ORDER BY seq LIMIT 1`);
    if (newest === undefined || oldest === undefined || oldest.at - DISORDER_MS >= to) continue;
    if (newest.at + DISORDER_MS < Math.max(from, rows[limit]?.at ?? 0)) break;
    const query = `SELECT ${COLUMNS} FROM ${table} WHERE ${where} ORDER BY at DESC, seq DESC LIMIT ?`;
    rows.push(...log.read(query, ...values, limit + 1));
    rows = rows.toSorted((a, b) => b.at - a.at || b.seq - a.seq).slice(0, limit + 1);
  }
  const isShown = (row: LogRow): boolean => isShownBy(row, filter);
  const count = fitting(rows, limit);
  const cut = rows[count];
  if (cut === undefined) return { rows: rows.filter(isShown), after: null };
  const whole = rows.filter(({ at }) => at > cut.at);
  if (whole.length > 0) return { rows: whole.filter(isShown), after: cut.at };
  // More happened in one moment than was asked for: all of it, or nobody could go on from there.
  const moment = searchLog(log, { ...filter, from: cut.at, to: cut.at + 1 }, log.nextSeq, MOMENT);
  return { rows: moment.rows, after: cut.at - 1 };
}

/** A charger that says more within a millisecond is making fun of us. */
const MOMENT = 5_000;

const COLUMNS = "seq, at, direction, frame, answer, facts";

function conditions(filter: LogFilter): { where: string; values: (string | number)[] } {
  const all = conditionsOf(filter);
  return {
    where: ["1", ...all.map(([sql]) => sql)].join(" AND "),
    values: all.flatMap(([, ...values]) => values),
  };
}

/** What nobody may read must not be found by its words either. */
function isShownBy({ frame, answer, facts }: LogRow, { text }: LogFilter): boolean {
  if (text === undefined || !isConfidential(facts)) return true;
  return `${withoutPersonalData(frame)}\n${answer ?? ""}`.toLowerCase().includes(text.toLowerCase());
}

/** How many of them are no more than `limit`, and not too large. */
function fitting(rows: readonly LogRow[], limit: number): number {
  let chars = 0;
  const tooMany = rows.findIndex(({ frame, answer }, index) => {
    chars += frame.length + (answer?.length ?? 0);
    return index === limit || (chars > MAX_CHARS && index > 0);
  });
  return tooMany < 0 ? rows.length : tooMany;
}
