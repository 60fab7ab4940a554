// What every way to command a charger takes beside the command itself, and what it answers.
import { z } from "@hono/zod-openapi";
import { problemResponses } from "../problems.ts";
import { Command } from "./command.ts";
import { json, TimestampInput } from "./fields.ts";

/** A little longer than a charger may take, so that the outcome of a silent one is told, too. */
const DEFAULT_WAIT_S = 35;

export const wait = z.coerce.number().min(0).max(60).default(DEFAULT_WAIT_S).openapi({
  description: "Seconds to wait for the charger's answer; 0: answer 202 at once",
});

export const offline = z.enum(["fail", "queue"]).default("fail").openapi({
  description: "While the charger is away: fail (409), or keep the command until expiresAt",
});

export const commandOptions = { wait, offline, expiresAt: TimestampInput.optional() };

export const commandResponses = {
  200: { description: "The charger answered", content: json(Command) },
  202: { description: "On its way; see Location", content: json(Command) },
  ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
};
