// Lists of the API are read page by page, by cursor. Spread CURSOR_PAGING into useInfiniteQuery's options, and give the
// query to a DataTable, which asks for the next page as its end comes near.
import type { InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";

interface ApiPage<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** What is read with one request. */
export const PAGE_SIZE = 100;

export const CURSOR_PAGING = {
  pageParamName: "cursor",
  // The first page has no cursor.
  initialPageParam: null,
  getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor ?? undefined,
};

/** As much of an infinite query as a list needs. */
export interface ListQuery<Item> {
  data: InfiniteData<ApiPage<Item>> | undefined;
  error: unknown;
  isPending: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  fetchNextPage(): unknown;
  refetch(): unknown;
}

export function useItems<Item>({ data }: Pick<ListQuery<Item>, "data">): Item[] {
  return useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
}

interface WholeQuery<Item> {
  data: ApiPage<Item> | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

/** A list that comes whole, as a DataTable takes it. */
export function whole<Item>({ data, error, isPending, refetch }: WholeQuery<Item>): ListQuery<Item> {
  return {
    data: data && { pages: [data], pageParams: [null] },
    error,
    isPending,
    refetch,
    isFetchingNextPage: false,
    hasNextPage: false,
    fetchNextPage: () => undefined,
  };
}
