// An entry of a charger's log as clients see it.
import { z } from "@hono/zod-openapi";
import type { LogRow } from "../../durable-objects/charge-point/log.ts";
import { isConfidential, withoutPersonalData } from "../../ocpp/confidential.ts";
import { parseFrame } from "../../ocpp/frame.ts";
import { Timestamp } from "./fields.ts";

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
