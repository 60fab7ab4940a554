// The operator's console: a page with parts of its own, which are assets. Whatever is no API, no file and no charger's
// path is a page of it, so that any page of the console can be opened by its address.
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { problem } from "../problems.ts";
import type { Router } from "../router.ts";

/**
 * Scripts come from here alone. The component library writes its colours into a style element; map tiles are images
 * of other servers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Names of built parts carry a digest of their content. */
const FOREVER = "public, max-age=31536000, immutable";

export function addConsole(app: Router): void {
  app.get("/console/:path{.+}", (c) => part(c));
  app.get("*", async (c, next) => {
    const { path } = c.req;
    if (path.startsWith("/api/") || path.startsWith("/http/") || path.startsWith("/ws/")) return next();
    // A program that mistypes a path shall hear that there is nothing.
    return c.req.header("accept")?.includes("text/html") ? page(c) : next();
  });
}

async function page(c: Context<AppEnv>): Promise<Response> {
  const found = await fetchAsset(c, "/console/");
  if (!found.ok && found.status !== 304) {
    return problem(c, { reason: "not_found", detail: "The console is not built: run `npm run generate`." });
  }
  const response = new Response(found.body, found);
  response.headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  response.headers.set("cache-control", "no-cache");
  return response;
}

async function part(c: Context<AppEnv>): Promise<Response> {
  const found = await fetchAsset(c, c.req.path);
  if (!found.ok && found.status !== 304) {
    return problem(c, { reason: "not_found", detail: `There is no ${c.req.path}.` });
  }
  const response = new Response(found.body, found);
  if (c.req.path.startsWith("/console/assets/")) response.headers.set("cache-control", FOREVER);
  return response;
}

function fetchAsset(c: Context<AppEnv>, path: string): Promise<Response> {
  const etag = c.req.header("if-none-match");
  return c.env.ASSETS.fetch(`https://assets.local${path}`, { headers: etag ? { "if-none-match": etag } : {} });
}
