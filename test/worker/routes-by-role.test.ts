// Every route of the OpenAPI document, asked by everyone: who is let in, and who is not. A route that no rule here names
// follows the common one, and one that does otherwise fails.
import { describe, expect, it } from "vitest";
import { call, someone } from "../support/worker/api.ts";

const ROLES = ["anonymous", "driver", "viewer", "operator", "admin"] as const;
type Role = (typeof ROLES)[number];

/** Who at least; a driver stands beside the others. `owner`: whoever operates, and drivers for what is theirs. */
type Access = "bridge" | "anyone" | "owner" | "signedIn" | "viewer" | "operator" | "admin";

interface Rule {
  path: RegExp;
  method?: RegExp;
  access: Access;
}

/** The first that fits counts. */
const RULES: readonly Rule[] = [
  // The FTP bridge has a token of its own, and nobody else has it.
  { path: /^\/http\/bridge\//, access: "bridge" },
  { path: /^\/http\/uploads(\/|$)/, access: "operator" },
  { path: /^\/api\/(token|account|health)(\/|$)/, access: "anyone" },
  // What is behind these keeps to whoever asks; driver.test.ts and users.test.ts show that it does.
  { path: /^\/api\/driver\//, access: "signedIn" },
  { path: /^\/api\/users\/me(\/|$)/, access: "signedIn" },
  { path: /^\/api\/tickets$/, access: "signedIn" },
  { path: /^\/api\/users\/\{id\}\/credit$/, method: /GET/, access: "signedIn" },
  { path: /^\/api\/users\/\{id\}\/credit$/, access: "operator" },
  { path: /^\/api\/transactions\/\{id\}\/charging-needs$/, method: /PUT|DELETE/, access: "owner" },
  { path: /^\/api\/(id-tokens|transactions|cdrs|events)(\/|$)/, method: /GET/, access: "signedIn" },
  { path: /^\/api\/(users|invitations|api-keys|audit-log|mail|state)(\/|$)/, access: "admin" },
  { path: /./, method: /GET/, access: "viewer" },
  { path: /./, access: "operator" },
];

const MAY: Readonly<Record<Access, readonly Role[]>> = {
  bridge: [],
  anyone: ROLES,
  signedIn: ["driver", "viewer", "operator", "admin"],
  owner: ["driver", "operator", "admin"],
  viewer: ["viewer", "operator", "admin"],
  operator: ["operator", "admin"],
  admin: ["admin"],
};

const { body: document } = await call("GET", "/api/openapi.json");

/** Of OCPP's actions one a version: they are one route. */
const seen = new Set<string>();
const OPERATIONS = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((method) => ["get", "post", "put", "patch", "delete"].includes(method))
    .flatMap((method) => {
      const action = /\/(ocpp[\d.]+)\/[A-Z]\w+$/.exec(path)?.[1];
      if (action !== undefined && seen.has(action)) return [];
      if (action !== undefined) seen.add(action);
      return [{ method: method.toUpperCase(), path }];
    }),
);

async function statusFor(role: Role, method: string, path: string): Promise<number> {
  const token = role === "anonymous" ? undefined : (await someone(role)).token;
  const url = path.replaceAll(/\{[^}]+\}/g, "nobody");
  const body = method === "GET" || method === "DELETE" ? {} : { body: {} };
  return (await call(method, url, { token, ...body })).status;
}

describe.each(ROLES)("as %s", (role) => {
  it("every route lets in whom it should, and nobody else", { timeout: 240_000 }, async () => {
    expect(OPERATIONS.length).toBeGreaterThan(150);
    const wrong: string[] = [];
    for (const { method, path } of OPERATIONS) {
      const rule = RULES.find((one) => one.path.test(path) && (one.method?.test(method) ?? true));
      if (rule === undefined) throw new Error(`no rule for ${method} ${path}`);
      const status = await statusFor(role, method, path);
      const isLetIn = status !== 401 && status !== 403;
      const expected = MAY[rule.access].includes(role);
      if (rule.access !== "anyone" && role === "anonymous" && status !== 401)
        wrong.push(`${method} ${path}: ${status}`);
      else if (rule.access !== "anyone" && isLetIn !== expected) wrong.push(`${method} ${path}: ${status}`);
      else if (status >= 500) wrong.push(`${method} ${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("a driver", () => {
  it("finds nothing of anybody else's, whatever it asks for by id", async () => {
    const other = await someone("driver");
    const { token } = await someone("driver");
    for (const path of [
      `/api/users/${other.id}/credit`,
      "/api/id-tokens/CARD-OF-ANOTHER",
      "/api/cdrs/x",
      "/api/transactions/x",
    ]) {
      expect([path, (await call("GET", path, { token })).status]).toEqual([path, 404]);
    }
    expect((await call("GET", `/api/users/${other.id}`, { token })).status).toBe(403);
    for (const list of ["id-tokens", "transactions", "cdrs"]) {
      expect((await call("GET", `/api/${list}?limit=500`, { token })).body.items).toEqual([]);
    }
  });
});
