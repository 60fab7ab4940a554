// Keeps the lists of chargers that are on the screen as the fleet is: of those that events told of, only the rows that
// are loaded are read again, many at once. A thousand chargers in motion do not make the console read a thousand rows.
import { hashKey, type InfiniteData } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, type Schemas } from "../api/client";
import type { paths } from "../api/generated/schema";
import { queryClient, readAgain } from "../api/queries";
import { type FleetEvent, onFleetEvents } from "./fleet";

type ChargePoint = Schemas["ChargePoint"];
type Pages = InfiniteData<{ items: ChargePoint[]; nextCursor: string | null }>;
export type ChargePointFilter = NonNullable<paths["/api/charge-points"]["get"]["parameters"]["query"]>;

const PAUSE_MS = 1_000;
/** As many as the API takes at once. */
const AT_ONCE = 50;
const FAMILIES = /^(charge-point|connector|firmware)\./;

/**
 * @param queryKey of the infinite query
 * @param filter what the list is filtered by: who no longer fits leaves it
 */
export function useFreshRows(queryKey: readonly unknown[], filter: ChargePointFilter): void {
  const key = JSON.stringify([queryKey, filter]);
  useEffect(() => {
    const [list, query]: [readonly unknown[], ChargePointFilter] = JSON.parse(key);
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const flush = async (): Promise<void> => {
      const ids = [...changed];
      changed.clear();
      await refresh(list, query, ids).catch(() => readListAgain(list));
      timer = undefined;
      if (changed.size > 0 && !isOver) timer = setTimeout(() => void flush(), PAUSE_MS);
    };
    const deaf = onFleetEvents((events: readonly FleetEvent[]) => {
      for (const { type, chargePointId } of events) if (FAMILIES.test(type)) changed.add(chargePointId);
      if (changed.size > 0) timer ??= setTimeout(() => void flush(), PAUSE_MS);
    });
    return () => {
      isOver = true;
      deaf();
      clearTimeout(timer);
    };
  }, [key]);
}

const readListAgain = (list: readonly unknown[]): Promise<void> =>
  readAgain(({ queryHash }) => queryHash === hashKey(list));

async function refresh(list: readonly unknown[], filter: ChargePointFilter, changed: string[]): Promise<void> {
  const loaded = queryClient.getQueryData<Pages>(list);
  if (loaded === undefined) return;
  const known = new Set(loaded.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  // Who is new to the list may belong anywhere in it; without a filter it lies beyond the loaded pages, if there are any.
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const isWhole = loaded.pages.at(-1)?.nextCursor === null;
  const ids = isFiltered || isWhole ? changed : changed.filter((id) => known.has(id));
  const fresh = new Map<string, ChargePoint>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const query = { ...filter, ids: some.join(), limit: AT_ONCE };
    const { data } = await api.GET("/api/charge-points", { params: { query } });
    for (const item of data?.items ?? []) fresh.set(item.id, item);
  }
  if ([...fresh.keys()].some((id) => !known.has(id))) {
    await readListAgain(list);
    return;
  }
  const gone = new Set(ids.filter((id) => !fresh.has(id)));
  queryClient.setQueryData<Pages>(list, (pages) => pages && patched(pages, fresh, gone));
}

/** Rows that did not change stay the same objects, and are not drawn again. */
function patched(data: Pages, fresh: ReadonlyMap<string, ChargePoint>, gone: ReadonlySet<string>): Pages {
  const pages = data.pages.map((page) => {
    if (!page.items.some(({ id }) => fresh.has(id) || gone.has(id))) return page;
    return { ...page, items: page.items.filter(({ id }) => !gone.has(id)).map((item) => fresh.get(item.id) ?? item) };
  });
  return { ...data, pages };
}
