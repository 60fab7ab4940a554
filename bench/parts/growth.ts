// Item 7, second half: ten times the history must not make a list slower. History is made in D1 by SQL, since driving
// 100,000 sessions through sockets would take longer than anyone waits.
import { Latency } from "../load/latency.ts";
import { type Line, spell } from "../report/lines.ts";
import { adminOf, type Server } from "../server/launch.ts";
import type { Part } from "./part.ts";

const GROWTH = 10;
const CHARGERS = 200;
const SAMPLES = 10;

const VALUES = JSON.stringify(
  Array.from({ length: SAMPLES }, (_, index) => ({
    sampledAt: "2026-01-01T00:00:00.000Z",
    receivedAt: "2026-01-01T00:00:00.000Z",
    sampledValue: [
      {
        value: index * 184,
        measurand: "Energy.Active.Import.Register",
        unit: "Wh",
        context: "Sample.Periodic",
        location: "Outlet",
      },
    ],
  })),
);

const LISTS = [
  "/api/charge-points?limit=50",
  "/api/transactions?limit=50",
  "/api/transactions?limit=50&status=active",
  "/api/transactions?limit=50&chargePointId=GROWN-7",
  "/api/transactions/grown-00000007/meter-values?limit=50",
  "/api/id-tokens?limit=50",
  "/api/connection-attempts?limit=50",
];

export const growth: Part = async ({ plan, medium, servers, note }) => {
  const { ours } = servers;
  await grow(ours, 0, plan.historyBase);
  const small = await readLists(ours, plan.listRequests);
  await grow(ours, plan.historyBase, plan.historyBase * GROWTH);
  const large = await readLists(ours, plan.listRequests);
  const lines = LISTS.map((path): Line => {
    const before = small.get(path) ?? Number.NaN;
    const after = large.get(path) ?? Number.NaN;
    return {
      ...{
        item: 7,
        what: `p95 of GET ${path} with ten times the history`,
        medium,
        value: after / before,
        unit: " times",
      },
      ...{ limit: 1.5, bound: "at most" as const },
      detail: `${spell(after)} ms to ${spell(before)} ms; ${plan.historyBase * GROWTH} transactions, ${plan.historyBase * GROWTH * SAMPLES} samples`,
    };
  });
  note(`lists with ten times the history: at worst ${spell(Math.max(...lines.map(({ value }) => value)))} times`);
  return { lines };
};

/** Transactions `from` to `to`, each with a chunk of samples. */
async function grow(server: Server, from: number, to: number): Promise<void> {
  const numbers = "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)";
  const charger = `'grown-' || (i % ${CHARGERS})`;
  const id = "'grown-' || printf('%08d', i)";
  await server.sql(
    `${numbers} INSERT OR IGNORE INTO charge_points (key, id, registration, created_at, updated_at)
     SELECT 'grown-' || i, 'GROWN-' || i, 'accepted', 1, 1 FROM n`,
    0,
    CHARGERS,
  );
  await server.sql(
    `${numbers} INSERT INTO transactions (id, charge_point, ocpp_version, ocpp_transaction_id, evse_id, connector_id, id_token,
       status, started_at, meter_start, history_seq)
     SELECT ${id}, ${charger}, '1.6', i, 1, 1, 'BENCH', iif(i % 50 = 0, 'active', 'completed'), 1700000000000 + i * 1000, 0, 1 FROM n`,
    from,
    to,
  );
  await server.sql(
    `${numbers} INSERT INTO meter_chunks (charge_point, transaction_id, evse_id, connector_id, first_seq, last_seq, meter_values)
     SELECT ${charger}, ${id}, 1, 1, 1, 2, '${VALUES}' FROM n`,
    from,
    to,
  );
}

/** p95 by path, in milliseconds. */
async function readLists(server: Server, requests: number): Promise<Map<string, number>> {
  const response = await fetch(`${server.origin}/api/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(adminOf()),
  });
  const { access }: { access?: string } = JSON.parse(await response.text());
  const headers = { authorization: `Bearer ${access}` };
  const result = new Map<string, number>();
  for (const path of LISTS) {
    const latency = new Latency();
    // The first few fill the caches.
    for (let request = -3; request < requests; request += 1) {
      const start = performance.now();
      const answer = await fetch(`${server.origin}${path}`, { headers });
      const body = await answer.text();
      if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${body}`);
      if (request >= 0) latency.record(performance.now() - start);
    }
    result.set(path, latency.quantiles().p95);
  }
  return result;
}
