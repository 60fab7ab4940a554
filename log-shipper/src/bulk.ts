// Documents to any endpoint that speaks Elasticsearch's bulk API. Each has an id of its own, so that what is sent again
// is there once. What cannot be delivered is said in this Worker's own log: a tail has nowhere to keep it.
import { createHash } from "node:crypto";
import type { LogDocument } from "./documents.ts";

export interface Destination {
  /** Without /_bulk. */
  url: string;
  index: string;
  authorization?: string | undefined;
}

/** Endpoints refuse bodies above some megabytes. */
const MAX_BODY_CHARS = 4_000_000;
const TIMEOUT_MS = 10_000;
const PAUSES_MS = [500, 2_000];
const ALREADY_THERE = 409;

/** Resolves with how many could not be delivered. Never throws. */
export async function ship(documents: readonly LogDocument[], to: Destination, pauses = PAUSES_MS): Promise<number> {
  let lost = 0;
  for (const body of bodies(documents, to.index)) lost += await deliver(body, to, pauses);
  return lost;
}

interface Body {
  text: string;
  count: number;
}

/** NDJSON: an action and a document, each on its line, and a line feed at the end. */
export function bodies(documents: readonly LogDocument[], index: string): Body[] {
  const parts: Body[] = [];
  for (const [place, document] of documents.entries()) {
    const text = JSON.stringify(document);
    const day = document["@timestamp"].slice(0, 10).replaceAll("-", ".");
    const _id = createHash("sha256").update(`${place}:${text}`).digest("base64url");
    const lines = `${JSON.stringify({ create: { _index: `${index}-${day}`, _id } })}\n${text}\n`;
    const last = parts.at(-1);
    if (last !== undefined && last.text.length + lines.length <= MAX_BODY_CHARS) {
      last.text += lines;
      last.count += 1;
    } else parts.push({ text: lines, count: 1 });
  }
  return parts;
}

async function deliver({ text, count }: Body, to: Destination, pauses: readonly number[]): Promise<number> {
  let detail = "";
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await new Promise((done) => setTimeout(done, pause));
    const reply = await post(text, to);
    if (reply.ok) {
      if (reply.refused > 0) report("log_documents_refused", reply.refused, reply.detail);
      return reply.refused;
    }
    detail = reply.detail;
    if (!reply.mayTryAgain) break;
  }
  report("logs_not_shipped", count, detail);
  return count;
}

type Reply = { ok: true; refused: number; detail: string } | { ok: false; mayTryAgain: boolean; detail: string };

async function post(body: string, { url, authorization }: Destination): Promise<Reply> {
  try {
    const response = await fetch(`${url.replace(/\/$/, "")}/_bulk`, {
      method: "POST",
      headers: {
        "content-type": "application/x-ndjson",
        ...(authorization === undefined || authorization === "" ? {} : { authorization }),
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const { status, ok } = response;
    if (!ok) return { ok, mayTryAgain: status === 429 || status >= 500, detail: `${status} ${text.slice(0, 500)}` };
    return { ok, ...refusals(text) };
  } catch (error) {
    return { ok: false, mayTryAgain: true, detail: String(error) };
  }
}

/** 200 says only that the request was read: each document has a verdict of its own. */
function refusals(text: string): { refused: number; detail: string } {
  const reply: { errors?: boolean; items?: { create?: { status?: number; error?: unknown } }[] } = JSON.parse(text);
  if (reply.errors !== true) return { refused: 0, detail: "" };
  const refused = (reply.items ?? []).filter(({ create }) => {
    const status = create?.status ?? 0;
    return status >= 300 && status !== ALREADY_THERE;
  });
  return { refused: refused.length, detail: JSON.stringify(refused[0]?.create?.error ?? null).slice(0, 500) };
}

function report(event: string, count: number, detail: string): void {
  console.error(JSON.stringify({ level: "error", event, count, detail }));
}
