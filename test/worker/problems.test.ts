import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { DrizzleQueryError } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { isDatabaseUnavailable } from "../../src/db/unavailable.ts";
import { app } from "../../src/workers/app.ts";
import { logError } from "../../src/workers/log.ts";
import { jsonPointer } from "../../src/workers/validation.ts";
import { call, someone } from "../support/worker/api.ts";

let token: string;

beforeAll(async () => {
  token = (await someone("operator")).token;
});

describe("a problem", () => {
  it("points at each member of a body that breaks the schema", async () => {
    const body = { idToken: "", status: "lost", surprise: 1 };
    const answer = await call("POST", "/api/id-tokens", { token, body });
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: "urn:ov2x-edge:problem:invalid",
      title: expect.any(String),
      status: 422,
      detail: expect.stringContaining("/status"),
      instance: "/api/id-tokens",
    });
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(["/idToken", "/status", "/surprise"]);
  });

  it("is 400 for JSON that is none, and for a query that makes no sense", async () => {
    const broken = await call("POST", "/api/id-tokens", { token, body: "{" });
    expect(broken).toMatchObject({ status: 400, body: { type: "urn:ov2x-edge:problem:bad_request" } });
    for (const query of ["limit=0", "limit=501", "limit=x", "cursor=x", "status=lost", "sttaus=blocked"]) {
      const answer = await call("GET", `/api/id-tokens?${query}`, { token });
      expect([query, answer.status]).toEqual([query, 400]);
      expect(answer.body.errors[0].pointer).toBe(`/${query.split("=")[0]}`);
    }
  });

  it("is 400 for a cursor of another list", async () => {
    const cursor = btoa(JSON.stringify(["a", "b"])).replaceAll("=", "");
    expect((await call("GET", `/api/id-tokens?cursor=${cursor}`, { token })).status).toBe(400);
  });

  it("is 415 for a body that is no JSON, 413 for one that is too large", async () => {
    const headers = { "content-type": "text/plain" };
    expect((await call("POST", "/api/id-tokens", { token, body: "x", headers })).status).toBe(415);
    const large = { idToken: "x", note: "x".repeat(1024 * 1024) };
    expect((await call("POST", "/api/id-tokens", { token, body: large })).status).toBe(413);
  });

  it("answers unknown paths, after asking who wants to know", async () => {
    expect((await call("GET", "/api/nothing")).status).toBe(401);
    expect((await call("GET", "/api/nothing", { token })).status).toBe(404);
    expect((await call("GET", "/nothing")).body).toMatchObject({ status: 404, instance: "/nothing" });
  });
});

/** A database that answers everything with this error. */
const broken = (message: string): D1Database =>
  new Proxy(env.DB, {
    get: (_, name) => {
      if (name === "prepare" || name === "batch") throw new Error(message);
    },
  });

describe("what goes wrong inside", () => {
  async function withDatabase(DB: D1Database) {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const headers = { authorization: `Bearer ${token}`, "x-request-id": "find-me" };
    const response = await app.request("/api/id-tokens", { headers }, { ...env, DB }, createExecutionContext());
    const logged = error.mock.calls.flat().join("\n");
    error.mockRestore();
    return { response, logged, text: await response.text() };
  }

  it("is 500 with an id that the log has, and no word about the cause", async () => {
    const { response, logged, text } = await withDatabase(broken("the cause"));
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ status: 500, requestId: "find-me" });
    expect(text).not.toMatch(/the cause|\.ts:/);
    expect(JSON.parse(logged)).toMatchObject({ event: "request_failed", message: "the cause", requestId: "find-me" });
  });

  it("is 503 with Retry-After when the database is away", async () => {
    const { response, text } = await withDatabase(broken("D1_ERROR: Network connection lost."));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(JSON.parse(text)).toMatchObject({ type: "urn:ov2x-edge:problem:unavailable" });
  });

  it("is a bug, not an outage, when D1 refuses the statement", () => {
    const wrapped = (message: string) => new DrizzleQueryError("select", [], new Error(message));
    expect(isDatabaseUnavailable(wrapped("D1_ERROR: no such column: x: SQLITE_ERROR"))).toBe(false);
    expect(isDatabaseUnavailable(wrapped("D1_ERROR: UNIQUE constraint failed: SQLITE_CONSTRAINT"))).toBe(false);
    expect(isDatabaseUnavailable(wrapped("D1_ERROR: D1 DB is overloaded."))).toBe(true);
    expect(isDatabaseUnavailable(wrapped("Network connection lost."))).toBe(true);
    expect(isDatabaseUnavailable(new TypeError("x is not a function"))).toBe(false);
  });

  it("never logs the parameters of a query", () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    logError("test", new DrizzleQueryError("select ?", ["a-secret"], new Error("why")));
    expect(error.mock.calls.flat().join()).toMatch(/why/);
    expect(error.mock.calls.flat().join()).not.toMatch(/a-secret/);
    error.mockRestore();
  });
});

it("JSON pointers escape what RFC 6901 says", () => {
  expect(jsonPointer(["payload", 0, "a/b", "c~d"])).toBe("/payload/0/a~1b/c~0d");
});

describe("health", () => {
  it("is open, and says what is ill", async () => {
    expect(await call("GET", "/api/health/")).toMatchObject({ status: 200, body: { status: "ok", database: "ok" } });
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const DB = broken("D1_ERROR: away");
    const response = await app.request("/api/health", {}, { ...env, DB }, createExecutionContext());
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "error", database: "unavailable" });
    error.mockRestore();
  });
});
