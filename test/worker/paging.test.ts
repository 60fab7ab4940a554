import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import { connectionAttempts, idTokens } from "../../src/db/schema.ts";
import { call, someone, walk } from "../support/worker/api.ts";

const db = database(env);
let token: string;

beforeAll(async () => {
  token = (await someone("operator")).token;
});

describe("paging", () => {
  it("walks all rows exactly once, in order, whatever the size of a page", async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[!-~]{1,12}$/), {
      selector: (name) => name.toLowerCase(),
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 7 }), async (tokens, limit) => {
        await db.delete(idTokens);
        const now = new Date();
        for (const idToken of tokens) {
          const row = {
            key: idToken.toLowerCase(),
            idToken,
            status: "accepted" as const,
            createdAt: now,
            updatedAt: now,
          };
          await db.insert(idTokens).values(row);
        }
        const seen = (await walk("/api/id-tokens", token, limit)).map(({ idToken }) => idToken.toLowerCase());
        expect(seen).toEqual(tokens.map((name) => name.toLowerCase()).sort());
      }),
      { numRuns: 15 },
    );
  });

  it("walks rows with the same time exactly once, newest first", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 20 }), async (times) => {
        await db.delete(connectionAttempts);
        for (const time of times) {
          const lastAt = new Date(time * 1000);
          const row = {
            chargePoint: "x",
            identity: "X",
            reason: "unknown",
            detail: "",
            count: 1,
            firstAt: lastAt,
            lastAt,
          };
          await db.insert(connectionAttempts).values({ id: crypto.randomUUID(), ...row });
        }
        for (const path of ["/api/connection-attempts", "/api/connection-attempts?identity=X&reason=unknown"]) {
          const seen = await walk(path, token, 3);
          expect(new Set(seen.map(({ id }) => id)).size).toBe(times.length);
          const order = seen.map(({ lastAt }) => Date.parse(lastAt) / 1000);
          expect(order).toEqual(times.toSorted((a, b) => b - a));
        }
      }),
      { numRuns: 10 },
    );
  });

  it("goes on where it was when rows come and go", async () => {
    await db.delete(idTokens);
    const put = (idToken: string) => call("POST", "/api/id-tokens", { token, body: { idToken } });
    for (const name of ["b", "d", "f"]) await put(name);
    const { body } = await call("GET", "/api/id-tokens?limit=2", { token });
    await call("DELETE", "/api/id-tokens/d", { token });
    await put("a");
    await put("e");
    const next = await call("GET", `/api/id-tokens?limit=2&cursor=${body.nextCursor}`, { token });
    expect(next.body.items).toMatchObject([{ idToken: "e" }, { idToken: "f" }]);
    expect(next.body.nextCursor).toBeNull();
  });
});
