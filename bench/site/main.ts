// npm run bench:site: a simulated day of a site of 200 chargers of three versions behind 100 A, against the bundle as it
// is deployed, over real sockets. Writes bench/SITE.md and bench/site.svg. --quick: a site of 30 in half a minute.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { seeded } from "../../test/support/node/random.ts";
import { restClient } from "../../test/support/node/rest.ts";
import { svg } from "../report/chart.ts";
import { describeMachine } from "../report/results.ts";
import { adminOf, launch } from "../server/launch.ts";
import { type Plan, siteDay } from "./day.ts";
import { chartOf, linesOf, page } from "./report.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});
const FULL: Plan = { chargers: 200, hourS: 6, hours: 24, cars: 200, gridCurrent: 100 };
const QUICK: Plan = { chargers: 30, hourS: 1.5, hours: 24, cars: 40, gridCurrent: 60 };
const plan = values.quick ? QUICK : FULL;

const server = await launch("ours", { root: "/dev/shm" });
try {
  const rest = restClient(server.origin, adminOf().password);
  const findings = await siteDay(server.origin, rest, plan, seeded(Number(values.seed)));
  const lines = linesOf(findings);
  for (const line of lines) console.log(line);
  if (!values.quick) {
    await writeFile(new URL("../SITE.md", import.meta.url), page(plan, lines, await describeMachine()));
    await writeFile(new URL("../site.svg", import.meta.url), svg(chartOf(findings)));
  }
  if (findings.judge.told.size > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
