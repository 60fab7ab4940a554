// Item 8: rows are the currency. What a Heartbeat and a MeterValues write, in the actor and in D1, shares of batches included.
import fleet from "../cost/fleet.json" with { type: "json" };
import { measure } from "../cost/measure.ts";
import { type Line, spell } from "../report/lines.ts";
import type { BillCounters } from "../server/protocol.ts";
import type { Part } from "./part.ts";

export const rows: Part = async ({ medium, root, note }) => {
  const { heartbeat, sample, failures } = await measure(fleet, root);
  const line = (what: string, { actorRowsWritten, d1RowsWritten }: BillCounters, limit: number): Line => ({
    ...{ item: 8, what, medium, unit: "", limit, bound: "at most" as const },
    value: failures > 0 ? Number.NaN : actorRowsWritten + d1RowsWritten,
    detail: `${spell(actorRowsWritten)} in the actor (alarms included), ${spell(d1RowsWritten)} in D1`,
  });
  const lines = [line("rows per Heartbeat", heartbeat, 0), line("rows per MeterValues", sample, 2.2)];
  note(`rows: ${spell(lines[0]?.value ?? 0)} per Heartbeat, ${spell(lines[1]?.value ?? 0)} per MeterValues`);
  return { lines };
};
