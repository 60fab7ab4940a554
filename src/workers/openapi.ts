// The OpenAPI 3.1 document: what the routers declare, and the generated operations of every OCPP action.
import { z } from "@hono/zod-openapi";
import { version } from "../../package.json";
import type { Router } from "./router.ts";

/** Made by scripts/build-public.ts; too large to bundle, so it is an asset. */
const OCPP_ASSET = "/ocpp-openapi.json";

const OcppPart = z.object({
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.json()),
  schemas: z.record(z.string(), z.json()),
});

const DESCRIPTION = `An open charging station management system at the edge.

To try it here: **POST /api/token** with your user name and password, copy \`access\` from the answer, press **Authorize**,
paste it as \`bearerAuth\`, and use any other route. Machines send an API key instead.

Lists come in pages: \`{ items, nextCursor }\`. Every list is also a file with all of its items, or the first \`limit\` of them:
add \`format=csv\` (RFC 4180, a column for each member, JSON in the cells of those that have members themselves) or
\`format=ndjson\` to its query, or ask for \`text/csv\` or \`application/x-ndjson\` in the Accept header.`;

/** Where the built assets are had: the Worker's binding, or a script's folder. */
interface Assets {
  fetch(url: string): Promise<Response>;
}

/** The document as JSON text; `complete` tells whether the OCPP operations are in it. */
export async function composeDocument(app: Router, assets: Assets): Promise<{ text: string; complete: boolean }> {
  // In the order of the mounts, and all before the many commands of OCPP.
  const tags = new Set(
    app.openAPIRegistry.definitions.flatMap((part) => (part.type === "route" ? (part.route.tags ?? []) : [])),
  );
  const { components, paths, ...rest } = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "ov2x-edge", version, description: DESCRIPTION, license: { name: "Apache-2.0" } },
    // Either will do; the open routes say `security: []`.
    security: [{ bearerAuth: [] }, { apiKey: [] }],
  });
  const ocpp = await ocppPart(assets);
  const document = {
    ...rest,
    tags: [...Array.from(tags, (name) => ({ name })), ...(ocpp?.tags ?? [])],
    paths: { ...paths, ...ocpp?.paths },
    components: {
      ...components,
      schemas: { ...components?.schemas, ...ocpp?.schemas },
      securitySchemes: {
        bearerAuth: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "`access` of POST /api/token" },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
  };
  return { text: JSON.stringify(document), complete: ocpp !== undefined };
}

async function ocppPart(assets: Assets): Promise<z.infer<typeof OcppPart> | undefined> {
  const response = await assets.fetch(`https://assets.local${OCPP_ASSET}`);
  return response.ok ? OcppPart.parse(await response.json()) : undefined;
}
