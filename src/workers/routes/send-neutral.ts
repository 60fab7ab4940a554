// A neutral command on its way to a charger, for whoever asked.
import type { Context } from "hono";
import type { CommandFailure } from "../../durable-objects/charge-point/command-request.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import { ok, type Result } from "../../result.ts";
import { subjectOf } from "../audit.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { type CommandView, presentFact } from "./command.ts";

export interface Options {
  /** Seconds. */
  wait: number;
  offline: "fail" | "queue";
  expiresAt?: Date | undefined;
}

/** What became of it within `wait`, or why it did not even become a command. */
export async function sendNeutral(
  c: Context<AppEnv>,
  { key, id }: { key: string; id: string },
  request: NeutralRequest,
  { wait, offline, expiresAt }: Options,
): Promise<Result<CommandView, CommandFailure>> {
  const options = { offline, expiresAt: expiresAt?.getTime(), requestedBy: subjectOf(c.get("principal")) };
  const result = await chargePointOf(c.env, key).neutralCommand(request, options, wait * 1000);
  if (!result.ok) return result;
  const command = presentFact(result.value, id);
  // Whoever gets 202 will look under Location next: it must be there.
  if (command.status === "queued" || command.status === "sent") await flushHistory(c.env, key);
  return ok(command);
}
