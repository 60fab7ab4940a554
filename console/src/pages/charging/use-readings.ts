// The meter values of a session, all of them; while it goes on, with what came since.
import { useEffect } from "react";
import { $api } from "../../api/client";
import { CURSOR_PAGING, useItems } from "../../ui/list";

/** The most that a page of the API holds. */
const PAGE = 500;
/** How often a session that goes on is read again: its meter values are in no feed of the fleet. */
const RENEW_MS = 5_000;

export function useReadings(id: string, isActive: boolean) {
  const list = $api.useInfiniteQuery(
    "get",
    "/api/transactions/{id}/meter-values",
    { params: { path: { id }, query: { limit: PAGE } } },
    { ...CURSOR_PAGING, refetchInterval: isActive ? RENEW_MS : false },
  );
  const { hasNextPage, isFetching, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { readings: useItems(list), isWhole: list.data !== undefined && !hasNextPage, error: list.error };
}
