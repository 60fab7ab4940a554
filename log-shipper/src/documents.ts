// What the platform traced of an invocation -> one document a line of log, and one an exception. Pure.
// Never ships headers or queries: they carry credentials and tickets.

/** The part of a trace that is read: the platform's TraceItem, and what a test makes up. */
export interface Trace {
  scriptName: string | null;
  entrypoint?: string | undefined;
  durableObjectId?: string | undefined;
  outcome: string;
  eventTimestamp: number | null;
  logs: readonly { timestamp: number; level: string; message: unknown }[];
  exceptions: readonly { timestamp: number; name: string; message: string; stack?: string | undefined }[];
  event: object | null;
}

export type Field = string | number | boolean | null;

export interface LogDocument {
  "@timestamp": string;
  level: string;
  message: string;
  service: string;
  outcome: string;
  [field: string]: Field | Record<string, Field>;
}

const MAX_MESSAGE_CHARS = 16_000;

export function documentsOf(trace: Trace): LogDocument[] {
  const common = { service: trace.scriptName ?? "unknown", outcome: trace.outcome, ...whereOf(trace) };
  return [
    ...trace.logs.map(({ timestamp, level, message }) => ({ ...stamp(timestamp), ...said(level, message), ...common })),
    ...trace.exceptions.map(({ timestamp, name, message, stack }) => ({
      ...stamp(timestamp),
      ...{ level: "error", message: short(`${name}: ${message}`), exception: short(stack ?? name) },
      ...common,
    })),
  ];
}

const stamp = (timestamp: number) => ({ "@timestamp": new Date(timestamp).toISOString() });
const short = (text: string): string => text.slice(0, MAX_MESSAGE_CHARS);

function whereOf({ entrypoint, durableObjectId, event }: Trace): Record<string, Field> {
  return {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(durableObjectId === undefined ? {} : { actor: durableObjectId }),
    ...requestOf(event),
  };
}

function requestOf(event: object | null): Record<string, Field> {
  if (event === null || !("request" in event)) return {};
  const { request } = event;
  if (typeof request !== "object" || request === null) return {};
  const method = "method" in request && typeof request.method === "string" ? { method: request.method } : {};
  const url = "url" in request && typeof request.url === "string" ? URL.parse(request.url) : null;
  return { ...method, ...(url === null ? {} : { path: url.pathname }) };
}

/** Our own lines are one JSON object: its members become fields, below a name of their own. */
function said(level: string, message: unknown): { level: string; message: string; fields?: Record<string, Field> } {
  const parts = Array.isArray(message) ? message : [message];
  const own = parts.length === 1 ? objectIn(parts[0]) : undefined;
  if (own === undefined) return { level, message: short(parts.map(spell).join(" ")) };
  const fields = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, fieldOf(value)]));
  const { event } = own;
  return { level, message: short(typeof event === "string" ? event : JSON.stringify(own)), fields };
}

function objectIn(part: unknown): Record<string, unknown> | undefined {
  if (typeof part !== "string" || !part.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(part);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

/** An index maps a field to one type: what is nested goes as text, or two shapes of it would be refused. */
function fieldOf(value: unknown): Field {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  return short(spell(value));
}

const spell = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
