// Two independent packages must publish the same actions: a missing or stray schema in one of them stops the build.

import { ONLY_IN_ONE_PACKAGE } from "./exceptions.ts";
import type { Version } from "./versions.ts";

/** Throws unless both sets agree (but for recorded exceptions) and have the size the specification has. */
export function crossCheck(
  version: Pick<Version, "id" | "label" | "actions">,
  source: readonly string[],
  peer: readonly string[],
): void {
  const excepted = ONLY_IN_ONE_PACKAGE[version.id] ?? [];
  const without = (a: readonly string[], b: readonly string[]) =>
    a.filter((action) => !b.includes(action) && !excepted.includes(action));
  const complaints = [
    ...without(source, peer).map((action) => `${action} is missing in typed-ocpp`),
    ...without(peer, source).map((action) => `${action} is missing in ocpp-rpc`),
  ];
  if (source.length !== version.actions) complaints.push(`${source.length} actions instead of ${version.actions}`);
  if (complaints.length > 0) throw new Error(`OCPP ${version.label}: ${complaints.join("; ")}`);
}

/** The actions behind a list of schema names such as `ResetRequest`, `ResetResponse`, `NotifyPeriodicEventStream`. */
export function actionsOf(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.replace(/(Request|Response)$/, "")))].sort();
}
