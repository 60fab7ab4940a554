// Makes dist/public, which the Worker serves by name: Swagger UI, the OpenAPI operations of every OCPP action, and what
// was built. Writes only its own parts; others may put theirs beside them.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

interface Action {
  request: JsonObject;
  response?: JsonObject;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PUBLIC = join(ROOT, "dist/public");

const VERSIONS = [
  { version: "1.6", file: "openapi-v16.json", prefix: "ocpp16" },
  { version: "2.0.1", file: "openapi-v201.json", prefix: "ocpp201" },
  { version: "2.1", file: "openapi-v21.json", prefix: "ocpp21" },
] as const;

const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE", "NOTICE"];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>ov2x-edge API</title>
    <link rel="stylesheet" href="/api/swagger/swagger-ui.css">
    <link rel="icon" type="image/png" href="/api/swagger/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/swagger/swagger-ui-bundle.js"></script>
    <script src="/api/swagger/initializer.js"></script>
  </body>
</html>
`;

// validatorUrl null: otherwise the page would send the document's address to a stranger's server.
const INITIALIZER = `window.ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  filter: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
});
`;

const json = (schema: Json): JsonObject => ({ "application/json": { schema } });

const query = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: "query",
  description,
  schema,
});

const PARAMETERS: Json[] = [
  { name: "id", in: "path", required: true, description: "The charger's identity", schema: { type: "string" } },
  query("wait", "Seconds to wait for the charger's answer", { type: "integer", minimum: 0 }),
  query("offline", "What to do while the charger is away", { type: "string", enum: ["fail", "queue"] }),
  query("expiresAt", "Until when a queued command may be sent", { type: "string", format: "date-time" }),
];

const PROBLEMS: JsonObject = Object.fromEntries(
  Object.entries({
    400: "Malformed request",
    401: "Not signed in",
    403: "Not allowed",
    404: "There is no such charger",
    409: "The charger is not connected, or speaks another version",
    422: "The payload breaks the schema",
    502: "The charger answered with an error",
    504: "The charger did not answer in time",
  }).map(([status, description]) => [
    status,
    { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
  ]),
);

await buildSwagger();
await buildOcppOperations();
await noteBuild();

async function buildSwagger(): Promise<void> {
  const to = join(PUBLIC, "swagger");
  const from = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  await mkdir(to, { recursive: true });
  await Promise.all(SWAGGER_FILES.map((file) => cp(join(from, file), join(to, file))));
  await writeFile(join(to, "index.html"), PAGE);
  await writeFile(join(to, "initializer.js"), INITIALIZER);
}

/** What was built, and when: shown under /api/system. */
async function noteBuild(): Promise<void> {
  const commit = process.env.GITHUB_SHA ?? (await headCommit());
  await writeFile(join(PUBLIC, "build.json"), JSON.stringify({ commit, builtAt: new Date().toISOString() }));
}

/** Null: this is no working copy, or there is no git. */
async function headCommit(): Promise<string | null> {
  try {
    return (await run("git", ["rev-parse", "HEAD"], { cwd: ROOT })).stdout.trim();
  } catch {
    return null;
  }
}

async function buildOcppOperations(): Promise<void> {
  const part = { tags: [] as JsonObject[], paths: {} as JsonObject, schemas: {} as JsonObject };
  for (const { version, file, prefix } of VERSIONS) {
    const tag = `ocpp${version}`;
    const generated: Record<string, Action> & { components: JsonObject } = JSON.parse(
      await readFile(join(ROOT, "src/ocpp/generated", file), "utf8"),
    );
    const { components, ...actions } = generated;
    part.tags.push({ name: tag, description: `Commands to chargers that speak OCPP ${version}` });
    Object.assign(part.schemas, components);
    for (const [action, schemas] of Object.entries(actions)) {
      part.paths[`/api/charge-points/{id}/ocpp${version}/${action}`] = {
        post: operation({ tag, action, operationId: `${prefix}_${action}` }, schemas),
      };
    }
  }
  await writeFile(join(PUBLIC, "ocpp-openapi.json"), JSON.stringify(part));
}

interface Naming {
  tag: string;
  action: string;
  operationId: string;
}

function operation({ tag, action, operationId }: Naming, { request, response }: Action): JsonObject {
  const { title: _title, $schema: _schema, ...body } = request;
  return {
    tags: [tag],
    operationId,
    summary: action,
    parameters: PARAMETERS,
    requestBody: { required: true, content: json(body) },
    responses: {
      200: { description: "The charger answered", content: json(commandAnswer(response ?? {})) },
      202: {
        description: "Queued or still unanswered: see `Location`",
        content: json(commandAnswer({ type: "null" })),
      },
      ...PROBLEMS,
    },
  };
}

function commandAnswer(response: JsonObject): JsonObject {
  return {
    type: "object",
    required: ["id", "status"],
    properties: {
      id: { type: "string", description: "Of the command: GET /api/commands/{id}" },
      status: { type: "string", enum: ["queued", "sent", "accepted", "error", "unknown", "expired", "cancelled"] },
      response,
    },
  };
}
