// Looks for messages in the logs of many chargers. Each charger's log is with its actor, so a search goes from group to
// group of chargers, in the order of their identities, and says how far it came. Nothing is indexed: that would cost a
// row with every message.
import type { LogRow } from "../durable-objects/charge-point/log.ts";
import type { FoundByTime, LogFilter } from "../durable-objects/charge-point/log-search.ts";
import { chargePointOf } from "../durable-objects/stubs.ts";
import { logWarning } from "../log.ts";

/** How many actors are asked for one page. Those that sleep have to wake up for it. */
export const GROUP = 50;

export interface Charger {
  key: string;
  id: string;
}

export interface FoundMessage {
  chargePointId: string;
  row: LogRow;
}

export interface SearchPage {
  /** Newest first within the group. */
  items: FoundMessage[];
  /** Epoch milliseconds: where to go on with the same group, exclusive; null: all of it was found. */
  before: number | null;
  unanswered: string[];
}

/** A page of what a group has, newest first: whole moments, as each charger's part is. */
export async function searchGroup(
  env: Env,
  group: readonly Charger[],
  filter: LogFilter,
  limit: number,
): Promise<SearchPage> {
  const asked = await Promise.all(
    group.map(async (charger) => ({ charger, found: await ask(env, charger, filter, limit) })),
  );
  const unanswered = asked.filter(({ found }) => found === undefined).map(({ charger }) => charger.id);
  // What lies further back than one of them could tell might not be all of it.
  let after = Math.max(...asked.map(({ found }) => found?.after ?? Number.NEGATIVE_INFINITY));
  let items = asked
    .flatMap(({ charger, found }) => (found?.rows ?? []).map((row) => ({ chargePointId: charger.id, row })))
    .filter(({ row }) => row.at > after)
    .sort((a, b) => b.row.at - a.row.at || b.row.seq - a.row.seq);
  const cut = items[limit];
  if (cut !== undefined) {
    const whole = items.filter(({ row }) => row.at > cut.row.at);
    items = whole.length > 0 ? whole : items.filter(({ row }) => row.at === cut.row.at);
    after = whole.length > 0 ? cut.row.at : cut.row.at - 1;
  }
  return { items, before: Number.isFinite(after) ? after + 1 : null, unanswered };
}

async function ask(env: Env, { key }: Charger, filter: LogFilter, limit: number): Promise<FoundByTime | undefined> {
  try {
    const found: FoundByTime = await chargePointOf(env, key).findMessagesByTime(filter, limit);
    return found;
  } catch (error) {
    logWarning({ event: "message_search_failed", chargePoint: key, detail: String(error) });
    return undefined;
  }
}
