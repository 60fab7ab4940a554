/** What the blocks of the 2.x drivers share, and how they speak. */
import { randomUUID } from "node:crypto";
import type { DriverHost } from "../driver.ts";
import { describe, LinkLost } from "../errors.ts";
import type { Acceptance } from "../registration.ts";
import type { DeviceModel } from "./device-model.ts";
import type { Dialect } from "./dialect.ts";
import { type Action, type Action201, flawOf, type v21, type v201 } from "./messages.ts";

export interface Context extends DriverHost, Acceptance {
  dialect: Dialect;
  model: DeviceModel;
}

/** The answer, checked; undefined when there is none that can be used: the log says why. */
export async function ask<A extends Action201>(
  context: Context,
  action: A,
  payload: v201.Requests[A],
): Promise<v21.Responses[A] | undefined> {
  return call(context, action, payload);
}

/** The same for whatever only 2.1 knows. */
export async function ask21<A extends Action>(
  context: Context,
  action: A,
  payload: v21.Requests[A],
): Promise<v21.Responses[A] | undefined> {
  return call(context, action, payload);
}

/**
 * Sends what needs no answer; dropped while the CSMS has not accepted us, as the specification wants.
 * @returns whether the CSMS has it
 */
export async function tell<A extends Action201>(
  context: Context,
  action: A,
  payload: v201.Requests[A],
): Promise<boolean> {
  return context.accepted && (await call(context, action, payload)) !== undefined;
}

export async function tell21<A extends Action>(context: Context, action: A, payload: v21.Requests[A]): Promise<void> {
  if (context.accepted) await call(context, action, payload);
}

async function call<A extends Action>(
  context: Context,
  action: A,
  payload: object,
): Promise<v21.Responses[A] | undefined> {
  const id = randomUUID();
  try {
    return checkAnswer(context, action, id, await context.link.call(action, payload, id));
  } catch (error) {
    if (!(error instanceof LinkLost)) context.log(describe(error));
    return undefined;
  }
}

/** 2.1 lets us tell the CSMS that its answer is of no use; before, only the log hears of it. */
export function checkAnswer<A extends Action>(
  { dialect, link, log }: Pick<Context, "dialect" | "link" | "log">,
  action: A,
  id: string,
  answer: unknown,
): v21.Responses[A] | undefined {
  const validate = dialect.responses[action]?.response;
  if (!validate) throw new Error(`${action} has no answer`);
  if (validate(answer)) return answer;
  const flaw = flawOf(validate);
  log(`the answer to ${action} is of no use: ${flaw.message}`);
  if (dialect.resultErrors) link.complain(id, action, flaw.fault, flaw.message);
  return undefined;
}
