// One delivery: a signed POST, and what became of it. The receiver may fail, hang or lie; this ends all the same.
import type { FleetEvent } from "../events/event.ts";
import { resolvePublicly } from "./resolve.ts";
import { signatureHeaders } from "./signature.ts";
import { checkTarget, type TargetPolicy } from "./target.ts";
import { within } from "./within.ts";

const TIMEOUT_MS = 10_000;
const KEPT_CHARS = 1_000;
const KEPT_BYTES = 4 * KEPT_CHARS;

/** `away`: nobody there, or not able to; `refused`: the receiver is well and does not want this. */
export interface Attempt {
  outcome: "delivered" | "away" | "refused";
  statusCode: number | null;
  /** The beginning of what the receiver said. */
  response: string | null;
  error: string | null;
  durationMs: number;
  /** What the receiver asked for. */
  retryAfterMs?: number | undefined;
}

export interface Delivery {
  event: FleetEvent;
  url: string;
  secrets: readonly string[];
  policy: TargetPolicy;
}

/** Never throws. */
export async function attempt({ event, url, secrets, policy }: Delivery): Promise<Attempt> {
  const began = Date.now();
  const done = (result: Omit<Attempt, "durationMs">): Attempt => ({ ...result, durationMs: Date.now() - began });
  const nothing = { statusCode: null, response: null };
  // Again before each attempt: a name may lead elsewhere than when it was registered.
  const target = await checkTarget(url, policy, resolvePublicly);
  if (!target.ok) return done({ outcome: "away", ...nothing, error: target.error });
  const body = JSON.stringify({ ...event, timestamp: event.at });
  const timestamp = Math.floor(Date.now() / 1000);
  try {
    const headers = {
      "content-type": "application/json",
      "user-agent": "ov2x-edge-webhooks/1",
      ...signatureHeaders({ id: event.id, timestamp, body }, secrets),
    };
    return await within(TIMEOUT_MS, async (signal) => {
      // A redirect could lead to where nobody looked.
      const response = await fetch(target.value, { method: "POST", headers, body, redirect: "manual", signal });
      return done({ ...judge(response), statusCode: response.status, response: await beginningOf(response) });
    });
  } catch (error) {
    return done({ outcome: "away", ...nothing, error: String(error).slice(0, KEPT_CHARS) });
  }
}

const BUSY = new Set([408, 425, 429]);

function judge({ status, ok, headers }: Response): Pick<Attempt, "outcome" | "error" | "retryAfterMs"> {
  if (ok) return { outcome: "delivered", error: null };
  const error = status >= 300 && status < 400 ? "redirects are not followed" : `it answered ${status}`;
  if (status < 500 && !BUSY.has(status)) return { outcome: "refused", error };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return { outcome: "away", error, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
}

/** The answer is known by its status; a body that never ends or breaks off changes nothing about it. */
async function beginningOf({ body }: Response): Promise<string | null> {
  if (body === null) return null;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (bytes < KEPT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch (error) {
    text += ` (broke off: ${String(error)})`;
  }
  return text.slice(0, KEPT_CHARS);
}
