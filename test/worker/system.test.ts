// /api/system: that it tells what is there, what is ill, and no secret.
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { quantile } from "../../src/metrics/quantile.ts";
import { call, someone } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { actorOf, BOOT_16, online, start } from "../support/worker/sessions.ts";

/** So long the answer before may serve at most, and some. */
const REMEMBERED_MS = 20_000;

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
async function look(): Promise<any> {
  const { token } = await someone("viewer");
  const { status, body } = await call("GET", "/api/system", { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

it("tells of every part of the machine room", async () => {
  const charger = await online();
  await charger.call("BootNotification", BOOT_16);
  await charger.call("Nonsense", {});
  await start(charger);
  await actorOf(charger).flush();
  const system = await eventually(
    async () => {
      const body = await look();
      return body.history.some((shard: { framesPerSecond: number }) => shard.framesPerSecond > 0) ? body : undefined;
    },
    "the frames in the rates",
    REMEMBERED_MS,
  );
  expect(system).toMatchObject({ status: "ok", ill: [], build: { version: expect.any(String) } });
  expect(system.database.bytes).toBeGreaterThan(0);
  expect(system.history).toHaveLength(4);
  const shard = system.history.find((one: { entries: number }) => one.entries > 0);
  expect(shard).toMatchObject({ failures: 0, lagSeconds: { p50: expect.any(Number) } });
  expect(shard.refusedPerSecond).toBeGreaterThan(0);
  expect(system.outbox).toMatchObject({ waiting: expect.any(Number), parked: 0 });
  expect(system.outbox.asked).toBeGreaterThan(0);
  expect(system.feed.batches).toBeGreaterThan(0);
  expect(system.settings).toMatchObject({ WEBHOOK_TARGETS: "public", ON_BOOT: "" });
  const text = JSON.stringify(system);
  for (const secret of [env.JWT_SECRET, env.CREDENTIALS_KEY, env.ADMIN_PASSWORD]) expect(text).not.toContain(secret);
  charger.close();
});

it("tells what is ill, and the rest all the same", async () => {
  await env.DB.exec("ALTER TABLE webhooks RENAME TO webhooks_away");
  try {
    const system = await eventually(
      async () => {
        const body = await look();
        return body.status === "degraded" ? body : undefined;
      },
      "the illness",
      REMEMBERED_MS,
    );
    expect(system).toMatchObject({ ill: ["webhooks"], webhooks: null, database: { bytes: expect.any(Number) } });
  } finally {
    await env.DB.exec("ALTER TABLE webhooks_away RENAME TO webhooks");
  }
});

it("takes a quantile for the bound that covers it", () => {
  const bounds = [1, 2, 5];
  expect(quantile({ counts: [98, 1, 1, 0], sum: 0 }, bounds, 0.5)).toBe(1);
  expect(quantile({ counts: [98, 1, 1, 0], sum: 0 }, bounds, 0.99)).toBe(2);
  expect(quantile({ counts: [0, 0, 0, 9], sum: 0 }, bounds, 0.5)).toBeNull();
  expect(quantile({ counts: [0, 0, 0, 0], sum: 0 }, bounds, 0.5)).toBeNull();
});
