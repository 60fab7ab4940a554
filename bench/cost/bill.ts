// Consumption times prices: pure arithmetic, so that it can be checked by hand.
import type { BillCounters } from "../server/protocol.ts";
import type { Consumption } from "./measure.ts";

export interface Prices {
  baseFee: number;
  webSocketMessagesPerRequest: number;
  actorMemoryGb: number;
  items: Record<Item, { included: number; per: number; price: number }>;
}

export const ITEMS = [
  "workerRequests",
  "workerCpuMs",
  "actorRequests",
  "actorGbSeconds",
  "actorRowsRead",
  "actorRowsWritten",
  "actorStorageGbMonths",
  "d1RowsRead",
  "d1RowsWritten",
  "d1StorageGbMonths",
] as const;
export type Item = (typeof ITEMS)[number];
export type Usage = Record<Item, number>;

export interface Fleet {
  chargers: number;
  days: number;
  heartbeatEveryMinutes: number;
  sessionsPerCharger: number;
  sessionMinutes: number;
  sampleEveryMinutes: number;
  statusNotificationsPerSession: number;
  reconnectsPerCharger: number;
  activeMs: { perMessage: number; perTokenLookup: number; perShipment: number };
}

const GB = 1e9;
/** The upgrade in the Worker: parses a URL and forwards. */
const CPU_MS_PER_UPGRADE = 1;

/** What the fleet uses in a month. */
export function usageOf(consumption: Consumption, fleet: Fleet, prices: Prices): Usage {
  const month = monthOf(consumption, fleet);
  const { chargers, activeMs } = fleet;
  const activeSeconds =
    (month.messages * activeMs.perMessage +
      month.shipments * activeMs.perShipment +
      lookupsOf(fleet) * activeMs.perTokenLookup) /
    1000;
  return {
    workerRequests: month.workerRequests * chargers,
    workerCpuMs: month.upgrades * CPU_MS_PER_UPGRADE * chargers,
    actorRequests:
      (month.upgrades + month.alarmsRung + month.rpcCalls + month.messages / prices.webSocketMessagesPerRequest) *
      chargers,
    actorGbSeconds: activeSeconds * prices.actorMemoryGb * chargers,
    actorRowsRead: month.actorRowsRead * chargers,
    actorRowsWritten: month.actorRowsWritten * chargers,
    actorStorageGbMonths: (month.actorBytes * chargers) / GB,
    d1RowsRead: month.d1RowsRead * chargers,
    d1RowsWritten: month.d1RowsWritten * chargers,
    d1StorageGbMonths: (month.d1Bytes * chargers) / GB,
  };
}

/** The same, were the actors never to sleep: accepted sockets without the hibernation API. */
export function withoutHibernation(usage: Usage, fleet: Fleet, prices: Prices): Usage {
  return { ...usage, actorGbSeconds: fleet.days * 86_400 * prices.actorMemoryGb * fleet.chargers };
}

/** The same, were each sample a row of its own, sent to D1 by itself: a request, a row and a move of the cursor each. */
export function withoutBatching(usage: Usage, consumption: Consumption, fleet: Fleet, prices: Prices): Usage {
  const sessions = fleet.sessionsPerCharger * fleet.chargers;
  const samples = consumption.samplesPerSession * sessions;
  const batched = consumption.session.shipments * sessions;
  const extra = Math.max(0, samples - batched);
  return {
    ...usage,
    actorRequests: usage.actorRequests + extra,
    actorRowsWritten: usage.actorRowsWritten + extra,
    d1RowsWritten: usage.d1RowsWritten + extra,
    actorGbSeconds: usage.actorGbSeconds + (extra * fleet.activeMs.perShipment * prices.actorMemoryGb) / 1000,
  };
}

/** USD of each item, what is included taken off, and the base fee. */
export function priceOf(usage: Usage, prices: Prices): Record<Item, number> & { total: number } {
  const costs = { ...usage, total: prices.baseFee };
  for (const item of ITEMS) {
    const { included, per, price } = prices.items[item];
    costs[item] = (Math.max(0, usage[item] - included) / per) * price;
    costs.total += costs[item];
  }
  return costs;
}

/** Of one charger. */
function monthOf({ connect, heartbeat, session }: Consumption, fleet: Fleet): BillCounters {
  const heartbeats = (fleet.days * 24 * 60) / fleet.heartbeatEveryMinutes;
  const month = { ...connect };
  for (const key of Object.keys(connect) as (keyof BillCounters)[]) {
    month[key] =
      connect[key] * fleet.reconnectsPerCharger + heartbeat[key] * heartbeats + session[key] * fleet.sessionsPerCharger;
  }
  return month;
}

/** Authorize and start ask D1; a stop makes do with what is known. */
const lookupsOf = ({ sessionsPerCharger }: Fleet): number => sessionsPerCharger * 2;
