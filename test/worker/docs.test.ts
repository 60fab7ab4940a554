import { describe, expect, it } from "vitest";
import { call } from "../support/worker/api.ts";

interface Operation {
  operationId?: string;
  security?: unknown[];
  responses: Record<string, unknown>;
}

const { body: document } = await call("GET", "/api/openapi.json");
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe("the OpenAPI document", () => {
  it("is open, OpenAPI 3.1, and has both ways to sign in", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.components.securitySchemes).toMatchObject({
      bearerAuth: { type: "http", scheme: "bearer" },
      apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
    });
  });

  it("has one operation for every command of every version", () => {
    for (const path of ["ocpp1.6/Reset", "ocpp2.0.1/GetVariables", "ocpp2.1/UpdateDynamicSchedule"]) {
      const { post } = document.paths[`/api/charge-points/{id}/${path}`];
      expect(post.requestBody.content["application/json"].schema.type).toBe("object");
      expect(post.parameters.map(({ name }: { name: string }) => name)).toEqual(["id", "wait", "offline", "expiresAt"]);
    }
    expect(document.paths).not.toHaveProperty(["/api/charge-points/{id}/ocpp1.6/BootNotification"]);
    expect(operations.filter(({ name }) => name.includes("/ocpp")).length).toBeGreaterThan(100);
  });

  it("refers to nothing that it does not have", () => {
    const refs = JSON.stringify(document).match(/"#\/components\/schemas\/[^"]+"/g) ?? [];
    const names = new Set(refs.map((ref) => ref.slice('"#/components/schemas/'.length, -1)));
    expect([...names].filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it("names every operation once, and says of all but the open ones that 401 is possible", () => {
    const ids = operations.flatMap(({ operation }) => operation.operationId ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name);
    expect(open.sort()).toEqual([
      "GET /api/account",
      "GET /api/health",
      "POST /api/account/accept-invitation",
      "POST /api/account/confirm",
      "POST /api/account/password-reset",
      "POST /api/account/password-reset/confirm",
      "POST /api/account/sign-up",
      "POST /api/token",
      "POST /api/token/refresh",
      "POST /api/token/revoke",
      "POST /api/token/verify",
    ]);
    const silent = operations.filter(({ name, operation }) => !open.includes(name) && !("401" in operation.responses));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe("Swagger UI", () => {
  it("comes from this deployment alone, under a strict policy", async () => {
    for (const path of ["/api", "/api/"]) {
      const page = await call("GET", path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'self';/);
      expect(page.body).not.toMatch(/https?:/);
      const files = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
      for (const url of files) expect([url, (await call("GET", url)).status]).toEqual([url, 200]);
    }
  });

  it("starts with our document, keeps the authorization, and asks no stranger to validate", async () => {
    const { body } = await call("GET", "/api/swagger/initializer.js");
    expect(body).toContain('url: "/api/openapi.json"');
    expect(body).toContain("persistAuthorization: true");
    expect(body).toContain("validatorUrl: null");
  });

  it("is not sent again to who has it", async () => {
    const { headers } = await call("GET", "/api/swagger/swagger-ui.css");
    const etag = headers.get("etag") ?? "";
    expect((await call("GET", "/api/swagger/swagger-ui.css", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("opens no way to other assets", async () => {
    expect((await call("GET", "/ocpp-openapi.json")).status).toBe(404);
    expect((await call("GET", "/api/swagger/..%2Focpp-openapi.json")).status).toBe(401);
    expect((await call("GET", "/api/swagger/nothing.js")).status).toBe(404);
  });
});
