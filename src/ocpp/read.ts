// Tolerant readers: what a handler makes of a member whose type may be wrong. They never throw.
// Chargers send numbers as strings, fractions for integers, objects for arrays: see docs/ocpp.md.

export type Payload = Readonly<Record<string, unknown>>;

export const record = (value: unknown): Payload => (isRecord(value) ? value : {});

const isRecord = (value: unknown): value is Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Deeper than any schema; what is nested a thousand times is nonsense, and must not exhaust the stack. */
const DEEPEST = 32;

/** The same without its null members. */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member, depth + 1)]));
}

/** An array; a lone value counts as an array of one. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

/** Longer text is cut in what is made of a frame: a row holds 2 MB. The frame itself is kept whole. */
const MAX_TEXT = 10_000;

/** Non-empty text; numbers and booleans are spelt out. */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.slice(0, MAX_TEXT);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A finite number, also from its text (with a decimal comma). */
export function number(value: unknown): number | undefined {
  const parsed = typeof value === "string" ? ofText(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : undefined;
}

/** Most texts are plain numbers: they are read without being cut to shape first. */
function ofText(value: string): number {
  const plain = Number(value);
  if (plain !== 0 && !Number.isNaN(plain)) return plain;
  return value.trim() === "" ? Number.NaN : Number(value.replace(",", "."));
}

/** A whole number; fractions are rounded. */
export function integer(value: unknown): number | undefined {
  const parsed = number(value);
  return parsed === undefined ? undefined : Math.round(parsed);
}

const EARLIEST_SANE = Date.UTC(2015, 0, 1);
const FUTURE_SLACK_MS = 24 * 3_600_000;

export interface Instant {
  /** Epoch milliseconds: the charger's claim where it is sane, else the time of receipt. */
  at: number;
  /** Whether the claim was missing, unreadable, before 2015 or more than a day ahead. */
  replaced: boolean;
}

/** @param receivedAt epoch milliseconds */
export function instant(value: unknown, receivedAt: number): Instant {
  const claimed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  const sane = claimed >= EARLIEST_SANE && claimed <= receivedAt + FUTURE_SLACK_MS;
  return sane ? { at: claimed, replaced: false } : { at: receivedAt, replaced: true };
}

/** Whether a payload's own time is credible, so that an identical one can only be a repetition. */
export const isDated = (payload: Payload, receivedAt: number): boolean =>
  !instant(payload.timestamp, receivedAt).replaced;

/** `currentTime` without fractions: some chargers cannot read them. */
export const wholeSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
