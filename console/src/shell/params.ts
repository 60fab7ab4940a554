// The parameters of an address, each decoded once and whole. The router decodes addresses in part, so that what comes out
// of it is neither: a colon is still spelt %3A, and a percent sign may be one that was meant as such, or not.

/** @param pattern e.g. /charge-points/:id */
export function paramsIn(pattern: string, pathname: string): Record<string, string> {
  const segments = pathname.split("/");
  return Object.fromEntries(
    pattern.split("/").flatMap((part, index) => {
      const segment = segments[index];
      return part.startsWith(":") && segment !== undefined ? [[part.slice(1), decoded(segment)]] : [];
    }),
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Nobody spelt that: what is shown then is what stands there.
    return segment;
  }
}
