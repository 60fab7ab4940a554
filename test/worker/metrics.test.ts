// /api/metrics: what is counted, and that Prometheus can read it.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { fleetFeedOf, historyWriterOf } from "../../src/durable-objects/stubs.ts";
import { expose } from "../../src/metrics/exposition.ts";
import { emptyHistogram, observe } from "../../src/metrics/histogram.ts";
import { call, someone } from "../support/worker/api.ts";
import { newIdentity } from "../support/worker/charger.ts";
import { actorOf, BOOT_16, online, start } from "../support/worker/sessions.ts";

/** Text format 0.0.4, line by line. */
const COMMENT = /^# (HELP ov2x_[a-z_]+ \S.*|TYPE ov2x_[a-z_]+ (counter|gauge|histogram))$/;
const SAMPLE = /^(ov2x_[a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)+)\})? (-?[0-9.e+-]+|\+Inf|NaN)$/;

async function scrape(): Promise<Map<string, number>> {
  const { token } = await someone("viewer");
  const { status, body, headers } = await call("GET", "/api/metrics", { token });
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const samples = new Map<string, number>();
  for (const line of String(body).trimEnd().split("\n")) {
    if (COMMENT.test(line)) continue;
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    expect(name, line).toBeDefined();
    expect(samples.has(`${name}{${labels}}`), line).toBe(false);
    samples.set(`${name}{${labels}}`, Number(value));
  }
  return samples;
}

describe("/api/metrics", () => {
  test("counts what chargers send, what is refused, what reaches history and what came of commands", async () => {
    const charger = await online();
    const { id } = historyWriterOf(env, charger.id);
    const shard = [0, 1, 2, 3].find((index) => env.HISTORY_WRITER.idFromName(`history-${index}`).equals(id));
    const before = await scrape();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("Nonsense", {});
    await start(charger);
    const { token } = await someone("operator");
    const body = { action: "ClearCache", payload: {} };
    const sent = call("POST", `/api/charge-points/${charger.id}/commands`, { token, body });
    const [, messageId] = await charger.next();
    charger.send([3, messageId, { status: "Accepted" }]);
    await sent;
    await actorOf(charger).flush();
    const after = await scrape();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    const of = (name: string, more = "") => grown(`ov2x_${name}{shard="${shard}"${more}}`);
    expect(of("charger_frames_total")).toBe(4);
    expect(of("charger_frames_refused_total")).toBe(1);
    expect(of("charger_answer_seconds_count")).toBe(3);
    expect(of("findings_total")).toBe(1);
    expect(of("commands_total", ',status="accepted"')).toBe(1);
    expect(of("history_batches_total")).toBeGreaterThan(0);
    expect(of("history_lag_seconds_bucket", ',le="+Inf"')).toBe(of("history_lag_seconds_count"));
    expect(grown('ov2x_events_total{type="transaction.started"}')).toBe(1);
    expect(grown("ov2x_transactions_active{}")).toBe(1);
    expect(after.get('ov2x_charge_points{registration="accepted",connected="yes"}')).toBeGreaterThan(0);
    expect(after.get('ov2x_up{part="history"}')).toBe(1);
  });

  test("shows the backlog of each webhook", async () => {
    const { token } = await someone("operator");
    const chargePointIds = [newIdentity()];
    const made = await call("POST", "/api/webhooks", {
      token,
      body: { url: "https://nobody.example.com/", chargePointIds, active: true },
    });
    const { id } = made.body;
    await call("PATCH", `/api/webhooks/${id}`, { token, body: { active: false } });
    expect((await scrape()).get(`ov2x_webhook_queued{webhook="${id}"}`)).toBe(0);
    await call("DELETE", `/api/webhooks/${id}`, { token });
    expect(await fleetFeedOf(env).counters()).toMatchObject({ webhooks: 0 });
  });

  test("tells the rest while D1 is away, and that it is", async () => {
    await env.DB.exec("ALTER TABLE connectors RENAME TO connectors_away");
    try {
      const samples = await scrape();
      expect(samples.get('ov2x_up{part="database"}')).toBe(0);
      expect(samples.get('ov2x_up{part="history"}')).toBe(1);
    } finally {
      await env.DB.exec("ALTER TABLE connectors_away RENAME TO connectors");
    }
  });

  test("is for viewers, by token or API key", async () => {
    expect((await call("GET", "/api/metrics")).status).toBe(401);
    expect((await call("GET", "/api/metrics", { token: (await someone("driver")).token })).status).toBe(403);
    const { token } = await someone("admin");
    const { body } = await call("POST", "/api/api-keys", { token, body: { name: "prometheus", role: "viewer" } });
    expect((await call("GET", "/api/metrics", { headers: { "x-api-key": body.key } })).status).toBe(200);
  });
});

test("a histogram counts up to each bound, and labels are escaped", () => {
  const bounds = [1, 5];
  const histogram = emptyHistogram(bounds);
  for (const value of [0.5, 1, 3, 9]) observe(histogram, bounds, value);
  const labels = { a: 'say "\\" \n' };
  expect(
    expose([{ name: "took_seconds", help: "How\nlong.", type: "histogram", samples: [{ labels, bounds, histogram }] }]),
  ).toBe(`# HELP ov2x_took_seconds How\\nlong.
# TYPE ov2x_took_seconds histogram
ov2x_took_seconds_bucket{a="say \\"\\\\\\" \\n",le="1"} 2
ov2x_took_seconds_bucket{a="say \\"\\\\\\" \\n",le="5"} 3
ov2x_took_seconds_bucket{a="say \\"\\\\\\" \\n",le="+Inf"} 4
ov2x_took_seconds_sum{a="say \\"\\\\\\" \\n"} 13.5
ov2x_took_seconds_count{a="say \\"\\\\\\" \\n"} 4
`);
});
