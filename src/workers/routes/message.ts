// An entry of a charger's log as clients see it.
import { z } from "@hono/zod-openapi";
import type { LogRow } from "../../durable-objects/charge-point/log.ts";
import type { LogFilter } from "../../durable-objects/charge-point/log-search.ts";
import { isConfidential, withoutPersonalData } from "../../ocpp/confidential.ts";
import { parseFrame } from "../../ocpp/frame.ts";
import { Flag, Timestamp, TimestampInput } from "./fields.ts";

export const Message = z
  .object({
    seq: z.int(),
    at: Timestamp,
    direction: z.enum(["in", "out", "event"]).openapi({
      description: "in: from the charger; out: to it; event: about its connection, or an operator's act",
    }),
    action: z.string().nullable(),
    messageId: z.union([z.string(), z.number()]).nullable(),
    frame: z.string().openapi({ description: "As received or sent" }),
    answer: z.string().nullable().openapi({ description: "The frame that we answered with" }),
  })
  .openapi("Message");

export function presentMessage({ seq, at, direction, frame, answer, facts }: LogRow): z.infer<typeof Message> {
  const parsed = direction === "event" ? undefined : parseFrame(frame);
  return {
    seq,
    at: new Date(at).toISOString(),
    direction,
    action: parsed !== undefined && "action" in parsed ? parsed.action : null,
    messageId: parsed !== undefined && "id" in parsed ? parsed.id : null,
    frame: isConfidential(facts) ? withoutPersonalData(frame) : frame,
    answer: answer ?? null,
  };
}

/** What messages are looked for by. */
export const messageQuery = {
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: "Somewhere in the frame or its answer, in any case" }),
  action: z
    .string()
    .max(1000)
    .optional()
    .openapi({
      description:
        "Of a call, as OCPP spells it, or the name of an event; any of several, with commas between them. " +
        "Answers have none: look for their `messageId`",
      example: "BootNotification",
    }),
  direction: Message.shape.direction.optional(),
  messageId: z.string().optional(),
  errors: Flag.optional().openapi({ description: "true: only errors that were sent or received" }),
  from: TimestampInput.optional().openapi({ description: "at, inclusive" }),
  to: TimestampInput.optional().openapi({ description: "at, exclusive" }),
};

const MessageQuery = z.object(messageQuery);

export const logFilter = ({ from, to, action, ...filter }: z.infer<typeof MessageQuery>): LogFilter => ({
  ...filter,
  actions: action?.split(",").map((name) => name.trim()),
  from: from?.getTime(),
  to: to?.getTime(),
});
