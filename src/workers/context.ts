// What every request carries through the app: the bindings, who asks, and an id to find it again in the logs.
import type { ROLES } from "../db/schema.ts";
import type { Caller } from "./files/caller.ts";

export type Role = (typeof ROLES)[number];

/** Who asks. The role is read from the database with each request, so a change of role takes effect at once. */
export type Principal =
  | { kind: "user"; id: string; name: string; role: Role; sessionId?: string | undefined }
  | { kind: "api-key"; id: string; name: string; role: Exclude<Role, "driver"> };

export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** Set by `authenticate`; absent on the open routes. */
    principal: Principal;
    /** Set by the doors for files; absent elsewhere. */
    caller: Caller;
    requestId: string;
  };
}
