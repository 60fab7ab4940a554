// Writes dist/openapi.json, the document that the Worker serves, without starting the Worker. The console's client is
// typed by it.
import { mkdir, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The routes name the runtime's base classes, and the document needs none of what these do. */
const RUNTIME = [
  "export class DurableObject {}",
  "export class WorkerEntrypoint {}",
  "export class WorkflowEntrypoint {}",
  "export const env = {}",
].join(";");

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "cloudflare:workers") return next(specifier, context);
    return { url: `data:text/javascript,${encodeURIComponent(RUNTIME)}`, shortCircuit: true };
  },
});

const { app } = await import("../src/workers/app.ts");
const { composeDocument } = await import("../src/workers/openapi.ts");

// Without what scripts/build-public.ts makes of the schemas: the console reads the actions of OCPP when it needs one.
const { text } = await composeDocument(app, { fetch: async () => new Response(null, { status: 404 }) });
const to = join(ROOT, "dist/openapi.json");
await mkdir(dirname(to), { recursive: true });
await writeFile(to, text);
