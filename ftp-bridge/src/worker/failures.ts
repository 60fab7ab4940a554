// Why the Worker did not do what was asked. `away` passes; everything else is its word.
import type { IncomingMessage } from "node:http";
import type { Away } from "./http.ts";
import { readJson } from "./http.ts";

export type Refusal =
  | "bad_name"
  | "not_signed_in"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "no_space"
  | "busy"
  | "not_understood";

export type WorkerFailure = Away | { reason: Refusal; detail: string };

/** Otherwise in a moment; everything else is the Worker's word. */
export const passes = ({ reason }: { reason: string }): boolean => reason === "away" || reason === "busy";

const BY_STATUS: Readonly<Record<number, Refusal>> = {
  400: "bad_name",
  401: "not_signed_in",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  410: "not_found",
  413: "too_large",
  422: "bad_name",
  429: "busy",
  507: "no_space",
};

/** @param response an answer that is no success; its body is read */
export async function refusalOf(response: IncomingMessage): Promise<WorkerFailure> {
  const status = response.statusCode ?? 0;
  const body = await readJson(response);
  const detail = body.ok ? JSON.stringify(body.value)?.slice(0, 300) : body.error.detail;
  return { reason: BY_STATUS[status] ?? "not_understood", detail: `HTTP ${status} ${detail ?? ""}`.trim() };
}
