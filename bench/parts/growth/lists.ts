// Every list that the API has, found in its own description, and how long each takes on two servers in turn.
import { Latency } from "../../load/latency.ts";
import { adminOf, type Server } from "../../server/launch.ts";
import { median } from "../../statistics.ts";

/** What stands for a path's parameter. */
const PARAMETERS: Readonly<Record<string, string>> = { evseId: "1", connectorId: "1", streamId: "1" };
const ids = (path: string) => (path.startsWith("/api/transactions/") ? "grown-00000007" : "GROWN-7");
/** Lists whose filters have an index of their own. */
const FILTERED = [
  "/api/transactions?limit=50&status=active",
  "/api/transactions?limit=50&chargePointId=GROWN-7",
  "/api/transactions?limit=50&idToken=BENCH",
  "/api/commands?limit=50&chargePointId=GROWN-7",
  "/api/commands?limit=50&status=accepted",
];
const WARM_UP = 3;
const ROUNDS = 3;
/** Of sixty lists some look slow by chance: whoever does is looked at again, so many times as long, and that counts. */
const SUSPICIOUS = 1.25;
const AGAIN = 4;

interface Description {
  paths: Record<string, { get?: { responses?: Record<string, unknown> } }>;
}

export interface ListTimes {
  path: string;
  /** p95 in milliseconds. */
  small: number;
  large: number;
  /** The median of the rounds' ratios. */
  ratio: number;
}

/** @returns the lists' times, and the lists that did not answer 200 */
export async function timeLists(
  small: Server,
  large: Server,
  requests: number,
): Promise<{ times: ListTimes[]; skipped: string[] }> {
  const readers = [await reader(small), await reader(large)] as const;
  const times: ListTimes[] = [];
  const skipped: string[] = [];
  for (const path of await listsOf(small)) {
    const first = await Promise.all(readers.map((read) => read(path)));
    if (first.some(({ status }) => status !== 200)) {
      skipped.push(`${path} (${first.map(({ status }) => status).join(", ")})`);
      continue;
    }
    for (let time = 1; time < WARM_UP; time += 1) for (const read of readers) await read(path);
    const look = await timeList(path, readers, requests);
    times.push(look.ratio > SUSPICIOUS ? await timeList(path, readers, requests * AGAIN) : look);
  }
  return { times, skipped };
}

type Read = Awaited<ReturnType<typeof reader>>;

async function timeList(path: string, readers: readonly [Read, Read], requests: number): Promise<ListTimes> {
  const rounds: { small: number; large: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const latencies = [new Latency(), new Latency()] as const;
    for (let request = 0; request < requests; request += 1) {
      for (const [index, read] of readers.entries()) latencies[index]?.record((await read(path)).milliseconds);
    }
    const [a, b] = latencies;
    rounds.push({ small: a.quantiles().p95, large: b.quantiles().p95 });
  }
  return {
    path,
    small: median(rounds.map((round) => round.small)),
    large: median(rounds.map((round) => round.large)),
    ratio: median(rounds.map((round) => round.large / round.small)),
  };
}

async function listsOf({ origin }: Server): Promise<string[]> {
  const { paths }: Description = JSON.parse(await (await fetch(`${origin}/api/openapi.json`)).text());
  const lists = Object.entries(paths).filter(
    ([path, { get }]) =>
      path.startsWith("/api/") && JSON.stringify(get?.responses?.["200"] ?? {}).includes('"nextCursor"'),
  );
  const plain = lists.map(([path]) => path.replace(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? ids(path)));
  return [...plain.map((path) => `${path}?limit=50`), ...FILTERED];
}

async function reader({ origin }: Server) {
  const response = await fetch(`${origin}/api/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(adminOf()),
  });
  const { access }: { access?: string } = JSON.parse(await response.text());
  const headers = { authorization: `Bearer ${access}` };
  return async (path: string) => {
    const start = performance.now();
    const answer = await fetch(`${origin}${path}`, { headers });
    await answer.text();
    return { status: answer.status, milliseconds: performance.now() - start };
  };
}
