// Filters live in the address, so that a filtered list can be bookmarked, sent to somebody, and gone back to.
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

/** @param names as the API's query parameters are called */
export function useFilters<Name extends string>(
  names: readonly Name[],
): [Partial<Record<Name, string>>, (changes: Partial<Record<Name, string | null>>) => void] {
  const [search, setSearch] = useSearchParams();
  const key = search.toString();
  const list = names.join();
  const values = useMemo(() => {
    const present = new URLSearchParams(key);
    const entries = list.split(",").flatMap((name) => {
      const value = present.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    });
    return Object.fromEntries(entries) as Partial<Record<Name, string>>;
  }, [key, list]);
  const change = useCallback(
    (changes: Partial<Record<Name, string | null>>) =>
      setSearch(
        (previous) => {
          const next = new URLSearchParams(previous);
          for (const [name, value] of Object.entries<string | null | undefined>(changes)) {
            if (value === null || value === undefined || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [values, change];
}

/** A filter's text as one of the values that the API knows; another one does not filter. */
export function oneOf<Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined {
  return values.find((value) => value === text);
}

/** The same of a yes or no. */
export function flagOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}
