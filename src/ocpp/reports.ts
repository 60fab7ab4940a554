// Reports that come in parts: which parts are there, which are missing, and whether that is all. Pure.
// A part that comes twice or out of order changes nothing about the others.

export type ReportKind = "variables" | "monitors" | "displayMessages" | "customerInformation";

/** Both ends belong to it. */
interface Range {
  from: number;
  to: number;
}

export interface Report {
  report: ReportKind;
  requestId: number;
  /** The command that asked for it; undefined: none that was accepted. */
  commandId?: string | undefined;
  /** Whether what it does not name does not exist. */
  full: boolean;
  /** Epoch milliseconds. */
  requestedAt?: number | undefined;
  firstPartAt?: number | undefined;
  lastPartAt?: number | undefined;
  /** Sequence numbers received. */
  received: Range[];
  /** The number of the part that was told to be the last; null: not come yet. */
  lastSeqNo: number | null;
  /** The log entries that brought the parts, where the parts themselves are kept nowhere else. */
  entries?: { seqNo: number; seq: number }[] | undefined;
}

export interface ReportPart {
  /** Undefined: this kind of report does not number its parts. */
  seqNo?: number | undefined;
  last: boolean;
}

/** @param at epoch milliseconds */
export function withPart(report: Report, { seqNo, last }: ReportPart, at: number): Report {
  const number = seqNo ?? (report.received.at(-1)?.to ?? -1) + 1;
  return {
    ...report,
    firstPartAt: report.firstPartAt ?? at,
    lastPartAt: at,
    received: withNumber(report.received, number),
    lastSeqNo: last ? number : report.lastSeqNo,
  };
}

function withNumber(ranges: readonly Range[], number: number): Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges, { from: number, to: number }].sort((a, b) => a.from - b.from)) {
    const previous = merged.at(-1);
    if (previous === undefined || range.from > previous.to + 1) merged.push({ ...range });
    else previous.to = Math.max(previous.to, range.to);
  }
  return merged;
}

export function isComplete({ received, lastSeqNo }: Report): boolean {
  const [first, ...others] = received;
  return lastSeqNo !== null && others.length === 0 && first?.from === 0 && first.to >= lastSeqNo;
}

/** A report that the charger said to have nothing for. */
export const isEmpty = ({ received, lastSeqNo }: Report): boolean => lastSeqNo === -1 && received.length === 0;

const MAX_MISSING = 100;

/** The parts that are known to be missing, the first of them. */
export function missingOf({ received, lastSeqNo }: Report): number[] {
  const missing: number[] = [];
  const end = (lastSeqNo ?? received.at(-1)?.to ?? -1) + 1;
  let next = 0;
  for (const { from, to } of [...received, { from: end, to: end }]) {
    for (; next < from && missing.length < MAX_MISSING; next += 1) missing.push(next);
    next = to + 1;
  }
  return missing;
}
