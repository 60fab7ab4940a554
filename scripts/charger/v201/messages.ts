/**
 * The official schemas, for both 2.x versions: what we send is typed by them, what we receive is checked against them.
 * A block of this folder reads requests as 2.1 widens them and answers as 2.0.1 allows, so it serves both.
 */
import { describeViolation, reasonOfKeyword } from "../../../src/ocpp/errors.ts";
import type * as v21 from "../../../src/ocpp/generated/types-v21.ts";
import type * as v201 from "../../../src/ocpp/generated/types-v201.ts";
import type { Validate } from "../../../src/ocpp/message.ts";
import { CommandFault, type Fault } from "../errors.ts";
import type { Reply } from "../rpc.ts";

export type * as v21 from "../../../src/ocpp/generated/types-v21.ts";
export type * as v201 from "../../../src/ocpp/generated/types-v201.ts";

/** An action that has an answer, in the shared part of the two versions or in all of 2.1. */
export type Action201 = keyof v201.Responses;
export type Action = keyof v21.Responses;
/** Without a message of the charger's own in which 2.1 is narrower than 2.0.1. */
type Received = Exclude<Action, "NotifyMonitoringReport">;

interface Answer<Response> {
  response: Response;
  /** Runs once the answer is on the wire. */
  after?: () => void;
}
type Handler<Request, Response> = (request: Request) => Answer<Response> | Promise<Answer<Response>>;

/** Handlers of a block that both versions have. */
export type Handlers = { [A in Action201 & Received]?: Handler<v21.Requests[A], v201.Responses[A]> };
export type Handlers21 = { [A in Received]?: Handler<v21.Requests[A], v21.Responses[A]> };

/** One version's validators, under the names that the blocks know. */
export type Requests = { readonly [A in Received]?: { readonly request: Validate<v21.Requests[A]> } };
export type Responses = { readonly [A in Action]?: { readonly response: Validate<v21.Responses[A]> } };

const FAULTS: Readonly<Record<string, Fault>> = {
  malformed_payload: "malformed",
  occurrence: "missing",
  type: "wrongType",
  property: "wrongValue",
};

/** What is wrong with a payload that `validate` has just refused. */
export function flawOf(validate: Validate<unknown>): CommandFault {
  const [error] = validate.errors ?? [];
  if (!error) return new CommandFault("malformed", "the payload is invalid");
  return new CommandFault(FAULTS[reasonOfKeyword(error.keyword)] ?? "wrongValue", describeViolation(error));
}

export function isKey<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}

/** Throws a CommandFault for an action that is not handled, or a payload that breaks the schema. */
export async function dispatch(
  requests: Requests,
  handlers: Handlers21,
  action: string,
  payload: unknown,
): Promise<Reply> {
  if (!isKey(requests, action)) throw new CommandFault("notImplemented", `${action} is not known here`);
  return handle(action);

  async function handle<A extends Received>(known: A): Promise<Reply> {
    const handler: Handlers21[A] = handlers[known];
    const validate = requests[known]?.request;
    if (!handler || !validate) throw new CommandFault("notSupported", `${known} is nothing that this charger does`);
    if (typeof payload !== "object" || payload === null || Array.isArray(payload))
      throw new CommandFault("malformed", "payload is not an object");
    if (!validate(payload)) throw flawOf(validate);
    return handler(payload);
  }
}

/** For what the charger knows of but honestly cannot do. */
export function notSupported(reason: string): () => never {
  return () => {
    throw new CommandFault("notSupported", reason);
  };
}
