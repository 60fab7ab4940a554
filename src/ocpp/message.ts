// The shape of the message tables in generated/: one row is all that shared code knows about an action.
// Never lists an action or a version itself.

/** Who may initiate an action: the charger, the CSMS (this server), or either (DataTransfer). */
export type Direction = "charger" | "csms" | "both";

/** Why a payload is not valid, in Ajv's shape. `keyword` is the schema keyword that failed, e.g. `"maxLength"`. */
export interface ValidationError {
  readonly keyword: string;
  /** JSON pointer to the offending value; empty for the payload itself. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/**
 * Checks a parsed payload against the official schema; never changes it.
 * Stops at the first error. `errors` is overwritten by the next call of the same function: read it before any await.
 */
export interface Validate<Payload = unknown> {
  (payload: unknown): payload is Payload;
  readonly errors?: readonly ValidationError[] | null;
}

/** One action of one OCPP version. `response: null` marks a SEND message (2.1), which is never answered. */
export interface MessageRow {
  readonly action: string;
  readonly direction: Direction;
  readonly request: Validate;
  readonly response: Validate | null;
}
