// The local authorization list: which messages bring a charger's list to what it shall be. Pure.
import type { LocalListEntry } from "./facts.ts";
import type { Payload } from "./read.ts";

export interface ListMessage {
  updateType: "Full" | "Differential";
  version: number;
  put: LocalListEntry[];
  removed: TokenName[];
}

type TokenName = Pick<LocalListEntry, "idToken" | "type">;

export interface ListLimits {
  /** Entries in the whole list. */
  maxEntries?: number | undefined;
  /** Entries in one message. */
  maxPerMessage?: number | undefined;
}

/** How a version speaks of the list. */
export interface ListDialect {
  /** Asks for the limits of the charger. */
  limitsRequest: { action: string; payload: object };
  readLimits(response: Payload): ListLimits;
  /** Of the answer to GetLocalListVersion. Negative: it has no list. */
  readVersion(response: Payload): number | undefined;
  payload(message: ListMessage): object;
  /** The entry as the version says it; undefined: it cannot say this. */
  normal(entry: LocalListEntry): LocalListEntry | undefined;
}

/** @param known what is in the list now, if all of it is known */
export function planMessages(
  wanted: readonly LocalListEntry[],
  known: readonly LocalListEntry[] | undefined,
  version: number,
  { maxPerMessage = Number.POSITIVE_INFINITY }: ListLimits,
): ListMessage[] {
  const size = Math.max(1, maxPerMessage);
  if (known === undefined || (known.length === 0 && wanted.length > 0)) return full(wanted, version, size);
  const before = new Map(known.map((entry) => [entry.idToken.toLowerCase(), JSON.stringify(canonical(entry))]));
  const after = new Set(wanted.map(({ idToken }) => idToken.toLowerCase()));
  const put = wanted.filter((entry) => before.get(entry.idToken.toLowerCase()) !== JSON.stringify(canonical(entry)));
  const removed = known.filter(({ idToken }) => !after.has(idToken.toLowerCase()));
  const differences = Math.ceil((put.length + removed.length) / size);
  // When most of it changes, sending it anew is no dearer and leaves no doubt.
  if (differences > Math.ceil(wanted.length / size)) return full(wanted, version, size);
  return differential({ put, removed }, version, size);
}

const canonical = ({ idToken, type, status, expiresAt, groupId }: LocalListEntry) => [
  idToken.toLowerCase(),
  ...[type, status, expiresAt, groupId].map((member) => member ?? null),
];

/** What does not fit into the full update follows in differential ones. */
function full(wanted: readonly LocalListEntry[], version: number, size: number): ListMessage[] {
  const put = wanted.slice(0, size);
  const rest = { put: wanted.slice(size), removed: [] };
  return [{ updateType: "Full", version, put, removed: [] }, ...differential(rest, version + 1, size)];
}

/** Removals first: the list may be full. */
function differential(
  { put, removed }: Pick<ListMessage, "put" | "removed">,
  version: number,
  size: number,
): ListMessage[] {
  const messages: ListMessage[] = [];
  const queue: { gone?: TokenName; entry?: LocalListEntry }[] = [
    ...removed.map(({ idToken, type }) => ({ gone: { idToken, type } })),
    ...put.map((entry) => ({ entry })),
  ];
  for (let from = 0; from < queue.length; from += size) {
    const part = queue.slice(from, from + size);
    messages.push({
      updateType: "Differential",
      version: version + messages.length,
      removed: part.flatMap(({ gone }) => gone ?? []),
      put: part.flatMap(({ entry }) => entry ?? []),
    });
  }
  return messages;
}
