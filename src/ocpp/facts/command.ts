// What we asked of a charger, and what came of it.

export type CommandStatus = "queued" | "sent" | "accepted" | "error" | "unknown" | "expired" | "cancelled";

export interface CommandError {
  code: string;
  description: string;
  /** JSON text. */
  details?: string | undefined;
}

export interface Command {
  /** A UUID; also the message id of the CALL. */
  id: string;
  ocppVersion: string;
  action: string;
  /** JSON text, members in the operator's order. */
  payload: string;
  status: CommandStatus;
  /** JSON text of the CALLRESULT's payload. */
  response?: string | undefined;
  error?: CommandError | undefined;
  remarks?: string[] | undefined;
  requestedBy?: string | undefined;
  createdAt: number;
  sentAt?: number | undefined;
  finishedAt?: number | undefined;
  expiresAt?: number | undefined;
}
