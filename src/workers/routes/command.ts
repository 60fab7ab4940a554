// A command as clients see it, and how what came of it becomes an HTTP answer.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { COMMAND_STATUSES, type commands } from "../../db/schema.ts";
import type { CommandFailure } from "../../durable-objects/charge-point/command-request.ts";
import type { Command as CommandFact } from "../../ocpp/facts/command.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problems.ts";
import { Timestamp, timestampOrNull } from "./fields.ts";

const CommandError = z.object({ code: z.string(), description: z.string(), details: z.unknown().optional() });

export const Command = z
  .object({
    id: z.string(),
    chargePointId: z.string(),
    ocppVersion: z.string(),
    action: z.string(),
    payload: z.unknown(),
    status: z.enum(COMMAND_STATUSES).openapi({
      description:
        "queued; sent: on the wire; accepted: the charger answered, see response; error: it answered with an error; " +
        "unknown: no answer in time or the socket was lost, so it may have acted; expired; cancelled",
    }),
    response: z.unknown().nullable(),
    error: CommandError.nullable(),
    remarks: z.array(z.string()).openapi({ description: "What was odd about it, e.g. a late answer" }),
    requestedBy: z.string().nullable(),
    createdAt: Timestamp,
    sentAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
    expiresAt: Timestamp.nullable(),
  })
  .openapi("Command");

export type CommandView = z.infer<typeof Command>;

const at = (epoch: number | undefined): string | null => (epoch === undefined ? null : new Date(epoch).toISOString());

/** From the actor. */
export function presentFact(command: CommandFact, chargePointId: string): CommandView {
  return {
    id: command.id,
    chargePointId,
    ocppVersion: command.ocppVersion,
    action: command.action,
    payload: JSON.parse(command.payload),
    status: command.status,
    response: command.response === undefined ? null : JSON.parse(command.response),
    error: presentError(command.error ?? null),
    remarks: command.remarks ?? [],
    requestedBy: command.requestedBy ?? null,
    createdAt: new Date(command.createdAt).toISOString(),
    sentAt: at(command.sentAt),
    finishedAt: at(command.finishedAt),
    expiresAt: at(command.expiresAt),
  };
}

function presentError(error: CommandFact["error"] | null): CommandView["error"] {
  if (error == null) return null;
  const { code, description, details } = error;
  return { code, description, ...(details === undefined ? {} : { details: JSON.parse(details) }) };
}

/** From D1. */
export function presentRow(row: typeof commands.$inferSelect, displayId: string | null): CommandView {
  return {
    id: row.id,
    chargePointId: displayId ?? row.chargePoint,
    ocppVersion: row.ocppVersion,
    action: row.action,
    payload: JSON.parse(row.payload),
    status: row.status,
    response: row.response === null ? null : JSON.parse(row.response),
    error: row.error === null ? null : presentError(JSON.parse(row.error)),
    remarks: row.remarks === null ? [] : JSON.parse(row.remarks),
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    sentAt: timestampOrNull(row.sentAt),
    finishedAt: timestampOrNull(row.finishedAt),
    expiresAt: timestampOrNull(row.expiresAt),
  };
}

/** 200 with the charger's answer, 202 while it is on its way, or the problem that it came to. */
export function answerCommand(c: Context<AppEnv>, command: CommandView) {
  const { status } = command;
  if (status === "accepted") return c.json(command, 200, { location: `/api/commands/${command.id}` });
  return answerUnanswered(c, command, status);
}

/** What became of a command that the charger has not answered with a result. */
export function answerUnanswered(
  c: Context<AppEnv>,
  command: CommandView,
  status: Exclude<CommandView["status"], "accepted">,
) {
  const location = `/api/commands/${command.id}`;
  if (status === "queued" || status === "sent") return c.json(command, 202, { location });
  return answerFailed(c, command, status);
}

/** What became of a command that nothing more is to be expected of. */
export function answerFailed(
  c: Context<AppEnv>,
  { id: commandId, error }: Pick<CommandView, "id" | "error">,
  status: Exclude<CommandView["status"], "accepted" | "queued" | "sent">,
) {
  switch (status) {
    case "error":
      return problem(c, { reason: "charger_error", detail: `${error?.code}: ${error?.description}`, commandId, error });
    case "unknown":
      return problem(c, {
        reason: "no_answer",
        detail: `${error?.description}: it may have acted all the same`,
        commandId,
      });
    case "cancelled":
    case "expired":
      return problem(c, { reason: "conflict", detail: error?.description ?? `the command was ${status}`, commandId });
  }
}

/** Why it did not even become a command. @param base pointer to the payload within the body */
export function refuseCommand(c: Context<AppEnv>, failure: CommandFailure, base: string) {
  const { reason, detail } = failure;
  switch (reason) {
    case "not_connected":
      return problem(c, { reason: "not_connected", detail });
    case "other_version":
    case "refused":
    case "busy":
    case "charging":
      return problem(c, { reason: "conflict", detail });
    case "unknown_action":
      return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/action", detail }] });
    case "expired":
      return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/expiresAt", detail }] });
    case "invalid_payload":
      return problem(c, { reason: "invalid", detail, errors: [{ pointer: `${base}${failure.pointer}`, detail }] });
  }
}
