// A session's energy register, reading by reading: it may start anew in the midst of the session, and what it had
// counted until then is the driver's all the same. The new count begins at nothing, as it does in the bill. Pure.
import type { Fact } from "./facts/fact.ts";
import { finding, type KnownTransaction } from "./handler.ts";
import { importRegisterAt, type Sample } from "./metering.ts";

export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** Wh, total import. */
  register: number;
}

/** Registers are rounded differently here and there: a smaller fall is no fall. */
const ROUNDING_WH = 1000;
/** No charger delivers more; half of that is a busy site for trucks. */
const MAX_W = 4_000_000;
const HOUR_MS = 3_600_000;

export function readingsOf(samples: readonly Sample[]): Reading[] {
  const readings: Reading[] = [];
  for (const sample of samples) {
    const register = importRegisterAt([sample]);
    if (register !== undefined) readings.push({ at: sample.at, register });
  }
  return readings;
}

/** The newest one of a frame, which the next frame's are compared with. */
const newestOf = (readings: readonly Reading[]): Reading | undefined =>
  readings.reduce<Reading | undefined>(
    (newest, one) => (newest === undefined || one.at >= newest.at ? one : newest),
    undefined,
  );

/** The member of a meterValues fact that carries it. */
export function withLast(readings: readonly Reading[]): { last?: Reading } {
  const last = newestOf(readings);
  return last === undefined ? {} : { last };
}

type Followed = Pick<KnownTransaction, "id" | "meterStart" | "meterOffset" | "fellFrom" | "startedAt">;

/** What readings of a session say against the one before them; late ones say nothing. */
export function followRegister(
  { id, meterStart, meterOffset = 0, fellFrom, startedAt }: Followed,
  before: Reading | undefined,
  readings: readonly Reading[],
): Fact[] {
  const findings: Fact[] = [];
  let last = before ?? (meterStart === undefined ? undefined : { at: startedAt, register: meterStart });
  let offset = meterOffset;
  let fell = fellFrom ?? undefined;
  for (const reading of readings) {
    if (last !== undefined && reading.at < last.at) continue;
    if (fell !== undefined) {
      // Back where it was: one wrong reading, no new start.
      if (reading.register >= fell) offset -= fell;
      fell = undefined;
    } else if (last !== undefined && isAnew(last, reading)) {
      offset += last.register;
      fell = last.register;
      const detail = `the register fell from ${last.register} to ${reading.register} Wh within a session`;
      findings.push(finding("meter_reset", detail));
    } else if (last !== undefined && isImpossible(last, reading)) {
      const detail = `the register rose from ${last.register} to ${reading.register} Wh within ${(reading.at - last.at) / 1000} s`;
      findings.push(finding("implausible:energy", detail));
    }
    last = reading;
  }
  return [
    ...(offset === meterOffset && fell === (fellFrom ?? undefined)
      ? []
      : [{ kind: "transactionUpdated", id, changes: { meterOffset: offset, fellFrom: fell ?? null } } satisfies Fact]),
    ...findings,
  ];
}

/** A register that fell far, or to nothing: not one that was rounded. */
const isAnew = (last: Reading, { register }: Reading): boolean =>
  last.register - register > ROUNDING_WH || (register < last.register / 2 && last.register - register > 1);

const isImpossible = (last: Reading, { at, register }: Reading): boolean =>
  register - last.register > ROUNDING_WH && register - last.register > (MAX_W * Math.max(at - last.at, 1000)) / HOUR_MS;

interface Energy {
  meterStart: number | null;
  meterStop: number | null;
  meterOffset: number | null;
}

/** Wh of a session, across every new start of its register; null: not known. */
export const energyOf = ({ meterStart, meterStop, meterOffset }: Energy): number | null =>
  meterStart === null || meterStop === null ? null : Math.max(0, meterStop - meterStart + (meterOffset ?? 0));
