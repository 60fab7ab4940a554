/** A command of the CSMS: its payload's schema and what it does, tied together so that no handler sees raw JSON. */
import type { z } from "zod";
import { CommandFault, type Fault } from "./errors.ts";
import type { Reply } from "./rpc.ts";

export type Command = (payload: unknown) => Promise<Reply>;
export type Commands = Readonly<Record<string, Command>>;

export function command<S extends z.ZodType>(
  schema: S,
  run: (request: z.output<S>) => Reply | Promise<Reply>,
): Command {
  return async (payload) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload))
      throw new CommandFault("malformed", "payload is not an object");
    const parsed = schema.safeParse(payload);
    if (parsed.success) return run(parsed.data);
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    throw new CommandFault(faultOf(payload, path, issue?.code), `${path.join(".")}: ${issue?.message ?? "invalid"}`);
  };
}

function faultOf(payload: object, path: readonly PropertyKey[], code: string | undefined): Fault {
  if (code !== "invalid_type" && code !== "invalid_value") return "wrongValue";
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    payload,
  );
  if (value === undefined) return "missing";
  // A number where an enumeration wants a word is reported as a wrong value, but is a wrong type.
  return code === "invalid_type" || typeof value !== "string" ? "wrongType" : "wrongValue";
}
