// Where the console comes from, and what it may do in a browser.
import { describe, expect, it } from "vitest";
import { call } from "../support/worker/api.ts";

const asBrowser = { headers: { accept: "text/html,application/xhtml+xml" } };

describe("the console", () => {
  it("is what a browser gets at every address that is no API, no file and no charger's path", async () => {
    for (const path of ["/", "/charge-points", "/charge-points/CP.1", "/account/confirm"]) {
      const { status, headers, body } = await call("GET", path, asBrowser);
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get("content-type")).toContain("text/html");
      expect(body).toContain('<div id="root">');
    }
    for (const path of ["/api/nothing", "/http/files/nothing"]) {
      expect((await call("GET", path, asBrowser)).headers.get("content-type")).not.toContain("text/html");
    }
  });

  it("is not what a program gets that mistypes a path", async () => {
    expect((await call("GET", "/charge-points")).status).toBe(404);
  });

  it("runs scripts of this deployment alone, is framed by nobody, and is asked for anew each time", async () => {
    const { headers } = await call("GET", "/", asBrowser);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-cache");
  });

  it("keeps its parts for ever, for their names change with them, and knows no other part", async () => {
    const { body } = await call("GET", "/", asBrowser);
    const [, script = ""] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(body) ?? [];
    const part = await call("GET", script);
    expect(part.status).toBe(200);
    expect(part.headers.get("cache-control")).toContain("immutable");
    expect((await call("GET", "/console/assets/none.js")).status).toBe(404);
  });
});
