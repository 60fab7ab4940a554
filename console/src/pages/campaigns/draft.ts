// A campaign as it stands in the form, and as the API takes it.
import type { Schemas } from "../../api/client";

type Request = Schemas["NewFirmwareCampaign"];

export interface Draft extends Record<string, unknown> {
  name: string;
  firmwareId: string;
  vendor: string;
  model: string;
  firmwareVersion: string;
  ocppVersion: string | null;
  ids: string[];
  /** "5" chargers, or "20%". */
  waves: string[];
  concurrency: number | string;
  attempts: number | string;
  /** Percent; empty: never. */
  pauseOnFailures: number | string;
  charging: string;
  force: boolean;
  signed: boolean;
  windowStart: string;
  windowEnd: string;
  timeZone: string;
}

export const EMPTY_DRAFT: Draft = {
  name: "",
  firmwareId: "",
  vendor: "",
  model: "",
  firmwareVersion: "",
  ocppVersion: null,
  ids: [],
  waves: [],
  concurrency: 10,
  attempts: 2,
  pauseOnFailures: 20,
  charging: "wait",
  force: false,
  signed: false,
  windowStart: "",
  windowEnd: "",
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

export function toRequest(draft: Draft): Request {
  const { name, firmwareId, ids, waves, force, signed, windowStart, windowEnd, timeZone } = draft;
  const { vendor, model, firmwareVersion } = draft;
  const ocppVersion = (["1.6", "2.0.1", "2.1"] as const).find((version) => version === draft.ocppVersion);
  return {
    name,
    firmwareId,
    filter: {
      ...(vendor && { vendor }),
      ...(model && { model }),
      ...(firmwareVersion && { firmwareVersion }),
      ...(ocppVersion && { ocppVersion }),
      ...(ids.length > 0 && { ids }),
    },
    ...(waves.length > 0 && { waves: waves.map(toWave) }),
    ...(typeof draft.concurrency === "number" && { concurrency: draft.concurrency }),
    ...(typeof draft.attempts === "number" && { retry: { attempts: draft.attempts, pauseMinutes: 10 } }),
    pauseOnFailures: typeof draft.pauseOnFailures === "number" ? { percent: draft.pauseOnFailures } : null,
    charging: (["wait", "skip", "ignore"] as const).find((value) => value === draft.charging) ?? "wait",
    force,
    signed,
    window: windowStart && windowEnd ? { timeZone, start: windowStart, end: windowEnd } : null,
  };
}

/** What is no number goes to the server as it is not: it says what is wrong. */
function toWave(text: string): { size: number } | { percent: number } {
  const amount = Number.parseFloat(text);
  return text.trim().endsWith("%") ? { percent: amount } : { size: amount };
}
