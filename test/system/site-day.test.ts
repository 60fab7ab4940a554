// A short day of a site, over real sockets against the bundle: cars come and go, the grid limits it, one charger lies and
// one falls silent. Whatever the server says, no wire is told to carry more than it may.
import { expect, test } from "vitest";
import { siteDay } from "../../bench/site/day.ts";
import { seeded } from "../support/node/random.ts";
import { restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";

const PLAN = { chargers: 24, hourS: 1.2, hours: 18, cars: 60, gridCurrent: 40 };

test("no limit is exceeded by what chargers were told, and those that have room get power", async () => {
  const { stateDir, remove } = await temporaryState();
  const server = await startServer({ stateDir, env: { CHARGER_REGISTRATION: "open" } });
  try {
    const { judge, waiting } = await siteDay(server.url, restClient(server.url), PLAN, seeded(7));
    expect([...judge.told.values()]).toEqual([]);
    expect(waiting.servedMs.length).toBeGreaterThan(20);
    expect(Math.max(...judge.samples.map(({ drawn }) => drawn))).toBeGreaterThan(10);
  } finally {
    server.kill();
    await remove();
  }
});
