// What the generated validators call at run time; esbuild inlines it into each of them. Depends on nothing.

const DATE_TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * RFC 3339 date-time. A leap second (":60") is refused on purpose: `Date` cannot read it, and whatever passes here is
 * given to `Date` later.
 */
export function isDateTime(text: string): boolean {
  const [, year, month, day] = DATE_TIME.exec(text) ?? [];
  // The calendar repeats every 400 years; Date.UTC would take years below 100 for 1900 and later.
  return Number(day) <= new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
}

const URI = /^[a-z][a-z\d+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\da-f]{2})+$/i;

/** RFC 3986 as far as it matters here: a scheme, then only characters that a URI may hold. */
export function isUri(text: string): boolean {
  return URI.test(text);
}

/**
 * Has the number at most this many decimals? Exact, unlike a division: 8.1 has one decimal, 0.30000000000000004
 * (0.1 + 0.2) has seventeen, as on the wire.
 */
export function hasDecimals(value: number, decimals: number): boolean {
  return Number(value.toFixed(decimals)) === value;
}

/** By the names that the schemas use. */
export const formats = { "date-time": isDateTime, uri: isUri };
