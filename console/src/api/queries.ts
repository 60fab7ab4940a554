// How long what was read is believed, and when it is asked for again.
import { type Query, QueryClient } from "@tanstack/react-query";
import { isDeep, shorten } from "./deep";
import { ApiProblem } from "./problem";

const MAX_RETRIES = 2;

/** For the `meta` of a list that makes sense only whole: it is kept up to date however long it is. */
export const WHOLE = { isWhole: true };

/** For the `meta` of what a feed tells, so that it need not be read again with each event. */
export const TOLD = { isTold: true };

const isShallow = ({ state, meta }: Query): boolean => meta?.isWhole === true || !isDeep(state.data);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: isShallow,
      refetchOnReconnect: isShallow,
      // A refusal stays one; only what may pass is tried again.
      retry: (failures, error) => failures < MAX_RETRIES && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});

// A list that nobody looks at any more is short again when somebody comes back.
queryClient.getQueryCache().subscribe(({ type, query }) => {
  if (type === "observerRemoved" && query.getObserversCount() === 0 && !isShallow(query))
    queryClient.setQueryData(query.queryKey, shorten(query.state.data), { updatedAt: 0 });
});

/** Says that what was read and answers to this may have changed: what is on the screen is read again, deep lists apart. */
export function readAgain(mayHaveChanged: (query: Query) => boolean = () => true): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: (query) => isShallow(query) && query.meta?.isTold !== true && mayHaveChanged(query),
  });
}

/** Reads a list from its beginning, however deep it is. */
export async function beginAgain(data: unknown): Promise<void> {
  const query = queryClient
    .getQueryCache()
    .getAll()
    .find(({ state }) => state.data === data);
  if (query === undefined) return;
  queryClient.setQueryData(query.queryKey, shorten(data));
  await queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
}

/** Says that everything read from these paths may have changed; those on the screen are read again. */
export function invalidate(...paths: string[]): Promise<void> {
  return readAgain(
    ({ queryKey: [, path] }) => typeof path === "string" && paths.some((prefix) => path.startsWith(prefix)),
  );
}

/**
 * The same of whatever was read about one charger.
 * @param chargePointId its OCPP identity
 * @param besides a path that is kept up to date in another way
 */
export function invalidateOf(chargePointId: string, besides?: string): Promise<void> {
  return readAgain(
    ({ queryKey: [, path, init] }) =>
      typeof path === "string" && path !== besides && chargePointOf(path, init) === chargePointId,
  );
}

/** Which charger a request is about, by its path or its filter; undefined: no single one. */
export function chargePointOf(path: string, init: unknown): string | undefined {
  const params = member(init, "params");
  const id = path.startsWith("/api/charge-points/{id}")
    ? member(member(params, "path"), "id")
    : member(member(params, "query"), "chargePointId");
  return typeof id === "string" ? id : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
