// What the charger told of a customer: it is in the log alone, and leaves it when it is shown, or after a day.
import { personalData, withoutPersonalData } from "../../ocpp/confidential.ts";
import { isComplete, type Report } from "../../ocpp/reports.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Deadline } from "./deadlines.ts";
import type { Log } from "./log.ts";
import type { State } from "./state.ts";

/** Nobody came for it. */
const KEPT_MS = 24 * 3_600_000;

/** Personal data that nobody takes must not stay because of that. */
export const erasureOf = (state: State, log: Log): Deadline => ({
  name: "customer information",
  due: () => {
    const report = state.told.reports.oldest("customerInformation");
    return report && (report.requestedAt ?? report.firstPartAt ?? 0) + KEPT_MS;
  },
  fire: (now) => {
    for (;;) {
      const report = state.told.reports.oldest("customerInformation");
      if (report === undefined || (report.requestedAt ?? report.firstPartAt ?? 0) + KEPT_MS > now) return;
      erase(state, log, report);
    }
  },
});

function erase(state: State, log: Log, report: Report): void {
  state.keep(() => {
    for (const { seq } of report.entries ?? []) {
      const frame = log.get(seq)?.frame;
      if (frame !== undefined) log.blank(seq, withoutPersonalData(frame));
    }
    state.told.reports.remove(report);
  });
}

/** `gone`: nothing was reported under this id, or it was shown already. */
export function takeCustomerInformation(
  state: State,
  log: Log,
  requestId: number,
): Result<string, "gone" | "incomplete"> {
  const report = state.told.reports.get("customerInformation", requestId);
  if (report === undefined) return fail("gone");
  if (!isComplete(report)) return fail("incomplete");
  // A part that came twice counts once.
  const parts = new Map((report.entries ?? []).map(({ seqNo, seq }) => [seqNo, log.get(seq)?.frame]));
  const data = [...parts]
    .sort(([a], [b]) => a - b)
    .map(([, frame]) => (frame === undefined ? "" : personalData(frame)));
  erase(state, log, report);
  return ok(data.join(""));
}
