// Frames that hold personal data: shown without it in the log, and blanked once it was told to whoever asked for it.
// Source: OCPP 2.0.1 part 2, use cases N09 and N10.
import type { Fact } from "./facts/fact.ts";
import { parseFrame } from "./frame.ts";
import { record, text } from "./read.ts";

const SHOWN_INSTEAD = "(not shown)";

export const isConfidential = (facts: readonly Fact[]): boolean =>
  facts.some((fact) => fact.kind === "reportPart" && fact.report === "customerInformation");

/** What the charger told, which is all that has to be hidden. */
export function personalData(frame: string): string {
  const parsed = parseFrame(frame);
  return parsed.kind === "call" ? (text(record(parsed.payload).data) ?? "") : "";
}

export function withoutPersonalData(frame: string): string {
  const parsed = parseFrame(frame);
  if (parsed.kind !== "call") return frame;
  const payload = { ...record(parsed.payload), data: SHOWN_INSTEAD };
  return `[2,${parsed.idText},${JSON.stringify(parsed.action)},${JSON.stringify(payload)}]`;
}
