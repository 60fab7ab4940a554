// What a message puts into history, said in a form that a message and a history row can both be brought into. Each claim
// holds something that no other message of its charger holds, so one that is missing or there twice is told apart.

export const KINDS = ["transaction", "start", "stop", "sample", "status", "security", "command"] as const;
export type Kind = (typeof KINDS)[number];

export interface Claim {
  kind: Kind;
  key: string;
  /** Claims of one sequence have to be in history in the order in which they were made. */
  sequence?: string;
}

type Value = string | number | null | undefined;
const iso = (at: number | string): string => new Date(at).toISOString();
const claim = (kind: Kind, parts: Value[], sequence?: string): Claim => ({
  kind,
  key: parts.join(" "),
  ...(sequence === undefined ? {} : { sequence }),
});

export const CLAIM = {
  /** By its OCPP id: one that was given to two transactions is there for one of them only. */
  transaction: (transactionId: string | number) => claim("transaction", [transactionId]),
  start: (place: { evseId: number; connectorId: number }, token: Value, meterStart: Value, at: number | string) =>
    claim("start", [place.evseId, place.connectorId, token, meterStart, iso(at)]),
  stop: (transactionId: string | number, meterStop: Value, at: number | string, reason: Value) =>
    claim("stop", [transactionId, meterStop, iso(at), reason]),
  sample: (transactionId: string | number, at: number | string, value: Value) =>
    claim("sample", [transactionId, iso(at), value], `samples of ${transactionId}`),
  status: (evseId: number, connectorId: number, status: Value, at: number | string, info: Value) =>
    claim("status", [evseId, connectorId, status, iso(at), info ?? ""], `statuses of ${evseId}/${connectorId}`),
  security: (type: Value, techInfo: Value) => claim("security", [type, techInfo]),
  /** By the mark that it carries. */
  command: (mark: Value) => claim("command", [mark]),
} satisfies Record<Kind, (...parts: never[]) => Claim>;
