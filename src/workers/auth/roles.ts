// Who may do what, as middleware. admin > operator > viewer; a driver stands aside and sees only its own data.
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv, Principal, Role } from "../context.ts";
import { problem } from "../problems.ts";

/** A driver has no rank: whatever it may see, a route must grant by itself. */
const RANK: Readonly<Record<Role, number>> = { driver: 0, viewer: 1, operator: 2, admin: 3 };

const READS = new Set(["GET", "HEAD"]);

/** Lets pass whoever has this role or a higher one. */
export function requireRole(role: Exclude<Role, "driver">): MiddlewareHandler<AppEnv> {
  return async function requireRole(c, next) {
    return RANK[c.get("principal").role] >= RANK[role] ? next() : refuse(c, role);
  };
}

interface DriverRule {
  drivers?: boolean;
  /** The paths of what drivers may change, of their own data. */
  driversWrite?: RegExp;
}

/**
 * The rule of most resources: viewers read, operators act. With `drivers`, drivers read too, and every handler
 * behind it must keep to `ownerId`.
 */
export function readOrOperate({ drivers = false, driversWrite }: DriverRule = {}): MiddlewareHandler<AppEnv> {
  return async function readOrOperate(c, next) {
    const { role } = c.get("principal");
    const needed = READS.has(c.req.method) ? "viewer" : "operator";
    const mayDrive = needed === "viewer" || driversWrite?.test(c.req.path) === true;
    const asDriver = drivers && role === "driver" && mayDrive;
    return asDriver || RANK[role] >= RANK[needed] ? next() : refuse(c, needed);
  };
}

/** Lets pass who has a self: any user, whatever the role, and no API key. Every handler behind it keeps to that self. */
export function requirePerson(): MiddlewareHandler<AppEnv> {
  return async function requirePerson(c, next) {
    if (c.get("principal").kind === "user") return next();
    return problem(c, { reason: "forbidden", detail: "This is for people: an API key drives no car." });
  };
}

/** The user to whose data this principal is confined; undefined: it sees everything. */
export function ownerId({ id, role }: Principal): string | undefined {
  return role === "driver" ? id : undefined;
}

function refuse(c: Context<AppEnv>, role: Role) {
  return problem(c, { reason: "forbidden", detail: `This needs the role ${role}.` });
}
