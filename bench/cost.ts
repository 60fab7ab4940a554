// npm run bench:cost: what Cloudflare would ask for a fleet in a month. Consumption is measured here and now against
// our own Worker; prices and the fleet are data in cost/.
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
console.log(
  `Measured per       connect + boot     heartbeat       session (${samplesPerSession} samples)   of it a sample`,
);
for (const key of Object.keys(session) as (keyof typeof session)[]) {
  console.log(
    key.padEnd(19) + [connect, heartbeat, session, sample].map((part) => part[key].toFixed(2).padStart(16)).join(""),
  );
}
console.log(`frames that failed: ${consumption.failures}`);
console.log(`\nA month of ${fleet.chargers} chargers, ${prices.currency} (prices ${prices.readOn})`);
console.log("".padEnd(24) + "usage".padStart(16) + variants.map(([name]) => name.padStart(16)).join(""));
for (const item of ITEMS) {
  console.log(
    item.padEnd(24) +
      usage[item].toPrecision(4).padStart(16) +
      costs.map((cost) => cost[item].toFixed(2).padStart(16)).join(""),
  );
}
console.log("total".padEnd(40) + costs.map(({ total }) => total.toFixed(2).padStart(16)).join(""));
console.log(
  "per charger".padEnd(40) + costs.map(({ total }) => (total / fleet.chargers).toFixed(5).padStart(16)).join(""),
);
process.exit(0);
