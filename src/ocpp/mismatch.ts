// A charger that speaks another version than its socket agreed on: what breaks the schema here fits it there.
import type { Fact } from "./facts/fact.ts";
import { finding } from "./handler.ts";
import { VERSIONS, type VersionRow } from "./versions.ts";

/** Asked only about what is refused or bent, so it costs the normal frame nothing. */
export function mismatch(row: VersionRow, action: string, payload: unknown): Fact[] {
  if (fits(row, action, payload)) return [];
  // Of several that fit the oldest: a newer version takes most of what an older one says.
  const other = VERSIONS.findLast((one) => one !== row && fits(one, action, payload));
  if (other === undefined) return [];
  const { version } = other;
  const detail = `${action} is spelt as in OCPP ${version} on a socket of ${row.subprotocol}: set pinnedVersion to ${version}`;
  return [finding("version_mismatch", detail)];
}

function fits({ messages }: VersionRow, action: string, payload: unknown): boolean {
  const message = Object.hasOwn(messages, action) ? messages[action] : undefined;
  return message !== undefined && message.direction !== "csms" && message.request(payload ?? {});
}
