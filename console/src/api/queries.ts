// How long what was read is believed, and when it is asked for again.
import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

const MAX_RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; only what may pass is tried again.
      retry: (failures, error) => failures < MAX_RETRIES && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});

/** Says that everything read from these paths may have changed; those on the screen are read again. */
export function invalidate(...paths: string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) => {
      const path = queryKey[1];
      return typeof path === "string" && paths.some((prefix) => path.startsWith(prefix));
    },
  });
}

/**
 * The same of whatever was read about one charger.
 * @param chargePointId its OCPP identity
 * @param besides a path that is kept up to date in another way
 */
export function invalidateOf(chargePointId: string, besides?: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path, init] }) =>
      typeof path === "string" && path !== besides && chargePointOf(path, init) === chargePointId,
  });
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
