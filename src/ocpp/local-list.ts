// The local authorization list: which messages bring a charger's list to what it shall be. Pure.
import type { LocalListEntry } from "./facts/local-list.ts";
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
  /** Bytes of one message. */
  maxBytes?: number | undefined;
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

/**
 * @param known what is in the list now, if all of it is known
 * @param payload how the version says a message: its length is limited, too
 */
export function planMessages(
  wanted: readonly LocalListEntry[],
  known: readonly LocalListEntry[] | undefined,
  version: number,
  limits: ListLimits,
  payload: ListDialect["payload"],
): ListMessage[] {
  const cut = cutter(limits, payload);
  const anew = () => full(cut(wanted.map((entry) => ({ entry }))), version);
  if (known === undefined || (known.length === 0 && wanted.length > 0)) return anew();
  const before = new Map(known.map((entry) => [entry.idToken.toLowerCase(), JSON.stringify(canonical(entry))]));
  const after = new Set(wanted.map(({ idToken }) => idToken.toLowerCase()));
  const put = wanted.filter((entry) => before.get(entry.idToken.toLowerCase()) !== JSON.stringify(canonical(entry)));
  const removed = known.filter(({ idToken }) => !after.has(idToken.toLowerCase()));
  // Removals first: the list may be full.
  const changes = [
    ...removed.map(({ idToken, type }) => ({ gone: { idToken, type } })),
    ...put.map((entry) => ({ entry })),
  ];
  const differences = differential(cut(changes), version);
  const whole = anew();
  // When most of it changes, sending it anew is no dearer and leaves no doubt.
  return differences.length > whole.length ? whole : differences;
}

const canonical = ({ idToken, type, status, expiresAt, groupId }: LocalListEntry) => [
  idToken.toLowerCase(),
  ...[type, status, expiresAt, groupId].map((member) => member ?? null),
];

interface Change {
  gone?: TokenName;
  entry?: LocalListEntry;
}

/** What does not fit into the full update follows in differential ones. */
const full = ([first = [], ...rest]: Change[][], version: number): ListMessage[] => [
  messageOf("Full", first, version),
  ...differential(rest, version + 1),
];

const differential = (parts: Change[][], version: number): ListMessage[] =>
  parts.map((part, index) => messageOf("Differential", part, version + index));

const messageOf = (updateType: ListMessage["updateType"], part: Change[], version: number): ListMessage => ({
  updateType,
  version,
  removed: part.flatMap(({ gone }) => gone ?? []),
  put: part.flatMap(({ entry }) => entry ?? []),
});

/** Type, message id, action and punctuation; the list's own name is said only where it has entries. */
const FRAME_BYTES = 120;
const encoder = new TextEncoder();

/** Cuts changes into parts that a message can take, one of them at least. */
function cutter({ maxPerMessage, maxBytes = Infinity }: ListLimits, payload: ListDialect["payload"]) {
  const size = Math.max(1, maxPerMessage ?? Infinity);
  const bytesOf = (part: Change[]) =>
    Number.isFinite(maxBytes)
      ? encoder.encode(JSON.stringify(payload(messageOf("Full", part, 2 ** 31 - 1)))).length
      : 0;
  return (changes: Change[]): Change[][] => {
    const around = bytesOf([]) + FRAME_BYTES;
    const parts: Change[][] = [];
    let bytes = 0;
    for (const change of changes) {
      const own = bytesOf([change]) - bytesOf([]);
      const part = parts.at(-1);
      if (part === undefined || part.length >= size || bytes + own > maxBytes) {
        parts.push([change]);
        bytes = around + own;
      } else {
        part.push(change);
        bytes += own;
      }
    }
    return parts;
  };
}
