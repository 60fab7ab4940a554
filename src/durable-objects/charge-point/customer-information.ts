// What the charger told of a customer: it is in the log alone, and leaves it when it is shown.
import { personalData, withoutPersonalData } from "../../ocpp/confidential.ts";
import { isComplete } from "../../ocpp/reports.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Log } from "./log.ts";
import type { State } from "./state.ts";

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
  state.keep(() => {
    for (const { seq } of report.entries ?? []) {
      const frame = log.get(seq)?.frame;
      if (frame !== undefined) log.blank(seq, withoutPersonalData(frame));
    }
    state.told.reports.remove(report);
  });
  return ok(data.join(""));
}
