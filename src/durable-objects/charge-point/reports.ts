// The reports that come in parts, as far as they have come. What they say is kept elsewhere, or in the log.
import type { Fact } from "../../ocpp/facts/fact.ts";
import { isComplete, type Report, type ReportKind, withPart } from "../../ocpp/reports.ts";
import type { Storage } from "./storage.ts";

const REMEMBERED = 50;

export class Reports {
  readonly #storage: Storage;
  /** The answer of `oldest`, by kind: it is asked after every frame. */
  #oldest = new Map<ReportKind, Report | undefined>();

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => this.#oldest.clear());
  }

  /** Newest first. */
  all(): Report[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM reports ORDER BY at DESC, request_id DESC")
      .toArray()
      .map(({ data }) => parse(data));
  }

  get(report: ReportKind, requestId: number): Report | undefined {
    if (this.#storage.isEmpty) return undefined;
    const [row] = this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM reports WHERE report = ? AND request_id = ?", report, requestId)
      .toArray();
    return row === undefined ? undefined : parse(row.data);
  }

  /** The one of its kind that was asked for first. */
  oldest(report: ReportKind): Report | undefined {
    if (this.#storage.isEmpty) return undefined;
    if (!this.#oldest.has(report)) {
      const [row] = this.#storage.sql
        .exec<{ data: string }>("SELECT data FROM reports WHERE report = ? ORDER BY at LIMIT 1", report)
        .toArray();
      this.#oldest.set(report, row && parse(row.data));
    }
    return this.#oldest.get(report);
  }

  /** The charger agreed to report: what came under this id for an earlier request is another report. */
  expected({ report, requestId, full, empty, commandId, sentAt }: Fact<"reportExpected">, at: number): Report {
    const known = this.get(report, requestId);
    // Its first parts may be faster than its answer.
    const early = known?.commandId === undefined && (known?.firstPartAt ?? 0) >= sentAt ? known : undefined;
    const expected: Report = {
      received: [],
      lastSeqNo: empty ? -1 : null,
      ...early,
      ...{ report, requestId, full, commandId, requestedAt: at },
    };
    this.#put(expected, at);
    return expected;
  }

  /** @param seq the log entry that brought it */
  part({ report, requestId, seqNo, last }: Fact<"reportPart">, at: number, seq: number): Report {
    const known = this.get(report, requestId) ?? { report, requestId, full: false, received: [], lastSeqNo: null };
    const next = withPart(known, { seqNo, last }, at);
    const kept = ENTRIES_KEPT.has(report)
      ? { ...next, entries: [...(known.entries ?? []), { seqNo: seqNo ?? next.received.length - 1, seq }] }
      : next;
    this.#put(kept, known.requestedAt ?? at);
    return kept;
  }

  /** What it said was shown, and is no longer anywhere. */
  remove({ report, requestId }: Report): void {
    this.#storage.sql.exec("DELETE FROM reports WHERE report = ? AND request_id = ?", report, requestId);
    this.#oldest.clear();
  }

  #put(report: Report, at: number): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO reports (report, request_id, at, data) VALUES (?, ?, ?, ?)",
      ...[report.report, report.requestId, at, JSON.stringify(report)],
    );
    // What leads to personal data stays until that is erased: see customer-information.ts.
    this.#storage.sql.exec(
      `DELETE FROM reports WHERE report <> 'customerInformation'
         AND at < (SELECT at FROM reports ORDER BY at DESC LIMIT 1 OFFSET ?)`,
      REMEMBERED,
    );
    this.#oldest.clear();
  }
}

/** Personal data stays in one place, the log, so that it can be made to vanish. */
const ENTRIES_KEPT: ReadonlySet<ReportKind> = new Set(["customerInformation"]);

/** From when on whatever belongs to a report was told; undefined while parts are missing. */
export function completedSince(report: Report): number | undefined {
  if (report.lastSeqNo === -1) return report.requestedAt;
  return isComplete(report) ? report.firstPartAt : undefined;
}

/** The column is written by #put() alone, so its shape is ours. */
function parse(data: string): Report {
  const report: Report = JSON.parse(data);
  return report;
}
