// /api/openapi.json, and Swagger UI at /api/. All of it comes from this deployment: no CDN, no telemetry.
// Assets are hidden behind the Worker (run_worker_first): what is not asked for here is not served.
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { logError } from "../log.ts";
import { composeDocument } from "../openapi.ts";
import { problem } from "../problems.ts";
import type { Router } from "../router.ts";

/** Nothing inline, nothing from elsewhere: Swagger UI needs no more than this. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The document depends on the deployment alone, so one making serves all requests of an isolate. */
let cached: string | undefined;

export function addDocs(app: Router): void {
  app.get("/api", (c) => asset(c, "/swagger/"));
  app.get("/api/swagger/:file{[\\w.-]+}", (c) => asset(c, `/swagger/${c.req.param("file")}`));
  app.get("/api/openapi.json", async (c) => {
    const text = cached ?? (await makeDocument(app, c.env));
    return c.body(text, 200, { "content-type": "application/json", "cache-control": "no-cache" });
  });
}

async function makeDocument(app: Router, env: Env): Promise<string> {
  const { text, complete } = await composeDocument(app, env.ASSETS);
  if (complete) cached = text;
  else logError("asset_missing", "The OCPP operations are not built: run `npm run generate`.");
  return text;
}

async function asset(c: Context<AppEnv>, path: string): Promise<Response> {
  const etag = c.req.header("if-none-match");
  const found = await c.env.ASSETS.fetch(`https://assets.local${path}`, {
    headers: etag ? { "if-none-match": etag } : {},
  });
  if (!found.ok && found.status !== 304) {
    return problem(c, { reason: "not_found", detail: "This page is not built: run `npm run generate`." });
  }
  // A copy, for the headers of what a binding answered cannot be changed.
  const response = new Response(found.body, found);
  response.headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  return response;
}
