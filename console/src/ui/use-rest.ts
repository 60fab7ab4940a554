// For what makes sense only whole: reads page after page until there is no more, or one cannot be read.
import { useEffect } from "react";

interface Pages {
  hasNextPage: boolean;
  isFetching: boolean;
  error: unknown;
  fetchNextPage(): unknown;
}

export function useRest({ hasNextPage, isFetching, error, fetchNextPage }: Pages): void {
  const isNext = hasNextPage && !isFetching && error === null;
  useEffect(() => {
    if (isNext) void fetchNextPage();
  }, [isNext, fetchNextPage]);
}
