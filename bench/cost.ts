// npm run bench:cost: what Cloudflare would ask for a fleet in a month. Consumption is measured here and now against
// our own Worker; prices and the fleet are data in cost/.
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import {
  type Fleet,
  ITEMS,
  type Prices,
  priceOf,
  type Usage,
  usageOf,
  withoutBatching,
  withoutHibernation,
} from "./cost/bill.ts";
import fleet from "./cost/fleet.json" with { type: "json" };
import { measure } from "./cost/measure.ts";
import prices from "./cost/prices.json" with { type: "json" };

const theFleet: Fleet = fleet;
const thePrices: Prices = prices;

console.error(`measuring ${fleet.sessionMinutes} min sessions with a sample every ${fleet.sampleEveryMinutes} min …`);
const consumption = await measure(theFleet, tmpdir());
const usage = usageOf(consumption, theFleet, thePrices);
const variants: [string, Usage][] = [
  ["ours", usage],
  ["no hibernation", withoutHibernation(usage, theFleet, thePrices)],
  ["no batching", withoutBatching(usage, consumption, theFleet, thePrices)],
  ["neither", withoutHibernation(withoutBatching(usage, consumption, theFleet, thePrices), theFleet, thePrices)],
];
const costs = variants.map(([, used]) => priceOf(used, thePrices));

const { connect, heartbeat, session, sample, samplesPerSession } = consumption;
const measured = (Object.keys(session) as (keyof typeof session)[]).map(
  (key) =>
    key.padEnd(19) + [connect, heartbeat, session, sample].map((part) => part[key].toFixed(2).padStart(16)).join(""),
);
const bill = ITEMS.map(
  (item) =>
    item.padEnd(24) +
    usage[item].toPrecision(4).padStart(16) +
    costs.map((cost) => cost[item].toFixed(2).padStart(16)).join(""),
);
const text = [
  "Measured per       connect + boot     heartbeat         session     of it a sample",
  ...measured,
  `frames that failed: ${consumption.failures}; a session has ${samplesPerSession} samples`,
  "",
  `A month of ${fleet.chargers} chargers, ${prices.currency}`,
  "".padEnd(24) + "usage".padStart(16) + variants.map(([name]) => name.padStart(16)).join(""),
  ...bill,
  "total".padEnd(40) + costs.map(({ total }) => total.toFixed(2).padStart(16)).join(""),
  "per charger".padEnd(40) + costs.map(({ total }) => (total / fleet.chargers).toFixed(5).padStart(16)).join(""),
].join("\n");
console.log(text);
await writeFile(
  new URL("COST.md", import.meta.url),
  `# The bill of a fleet: the last run

${new Date().toISOString().slice(0, 10)}, written by \`npm run bench:cost\`; do not edit. The counters are measured against our own Worker, with a clock
that runs fast; prices ([cost/prices.json](cost/prices.json)) and the fleet ([cost/fleet.json](cost/fleet.json)) are data. How long an
actor counts as active per event is assumed, see \`activeMs\` there: a local database is no measure of a remote one. Included
volumes and the base fee are taken into account. *No hibernation*: the same fleet with sockets that keep their actors in memory. *No
batching*: each sample shipped to D1 by itself.

\`\`\`
${text}
\`\`\`

Prices of ${prices.readOn}:
${prices.source.map((url) => `- ${url}`).join("\n")}
`,
);
process.exit(consumption.failures === 0 ? 0 : 1);
