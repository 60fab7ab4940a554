// The local authorization list, OCPP 2.0.1 part 2, block D.
import type { LocalListEntry } from "../facts/local-list.ts";
import { type Effects, effect } from "../handler.ts";
import type { ListDialect } from "../local-list.ts";
import { integer, list, record, text } from "../read.ts";

const MAX_ID_TOKEN = 36;
/** IdTokenEnum of 2.0.1. */
export const TYPES: ReadonlySet<string> = new Set([
  "Central",
  "eMAID",
  "ISO14443",
  "ISO15693",
  "KeyCode",
  "Local",
  "MacAddress",
]);
/** What a token is whose type nobody told: a card. */
const DEFAULT_TYPE = "ISO14443";

const component = { name: "LocalAuthListCtrlr" };
const itemsPerMessage = { component, variable: { name: "ItemsPerMessage" } };
const bytesPerMessage = { component, variable: { name: "BytesPerMessage" } };
const entries = { component, variable: { name: "Entries" }, attributeType: "MaxSet" };

/** @param types those that the version knows; @param maxLength of a token */
export const localListDialect = (types: ReadonlySet<string>, maxLength: number): ListDialect => ({
  limitsRequest: { action: "GetVariables", payload: { getVariableData: [itemsPerMessage, bytesPerMessage, entries] } },
  readLimits(response) {
    const results = list(response.getVariableResult).map(record);
    const valueNamed = (name: string) => {
      const found = results.find(({ variable }) => record(variable).name === name);
      return found?.attributeStatus === "Accepted" ? integer(found.attributeValue) : undefined;
    };
    return {
      maxEntries: valueNamed("Entries"),
      maxPerMessage: valueNamed("ItemsPerMessage"),
      maxBytes: valueNamed("BytesPerMessage"),
    };
  },
  readVersion: (response) => integer(response.versionNumber),
  normal({ type = DEFAULT_TYPE, ...entry }) {
    const fits = entry.idToken.length <= maxLength && (entry.groupId ?? "").length <= maxLength && types.has(type);
    return fits ? { ...entry, type } : undefined;
  },
  payload: ({ updateType, version, put, removed }) => ({
    versionNumber: version,
    updateType,
    ...(put.length + removed.length === 0
      ? {}
      : { localAuthorizationList: [...removed.map(gone), ...put.map(authorizationData)] }),
  }),
});

export const localList = localListDialect(TYPES, MAX_ID_TOKEN);

const gone = ({ idToken, type = DEFAULT_TYPE }: Pick<LocalListEntry, "idToken" | "type">) => ({
  idToken: { idToken, type },
});

const authorizationData = ({ idToken, type = DEFAULT_TYPE, status, expiresAt, groupId }: LocalListEntry) => ({
  idToken: { idToken, type },
  idTokenInfo: {
    status,
    ...(expiresAt === undefined ? {} : { cacheExpiryDateTime: new Date(expiresAt).toISOString() }),
    ...(groupId === undefined ? {} : { groupIdToken: { idToken: groupId, type: "Central" } }),
  },
});

export const localListEffects: Effects = {
  SendLocalList: effect("keeps what the charger has taken into its list", (request, response) => {
    const version = integer(request.versionNumber);
    if (response.status !== "Accepted" || version === undefined) return [];
    const sent = list(request.localAuthorizationList).map(record);
    const update = request.updateType === "Full" ? "full" : "differential";
    const put = sent.filter(({ idTokenInfo }) => idTokenInfo !== undefined).flatMap(readEntry);
    const removed = sent
      .filter(({ idTokenInfo }) => idTokenInfo === undefined)
      .flatMap(({ idToken }) => text(record(idToken).idToken) ?? []);
    return [{ kind: "localList", change: { update, version, put, removed } }];
  }),

  GetLocalListVersion: effect(
    "a version that is not ours: the content of the list is unknown",
    (_request, response) => {
      const version = integer(response.versionNumber);
      return version === undefined ? [] : [{ kind: "localList", change: { update: "version", version } }];
    },
  ),
};

function readEntry({ idToken, idTokenInfo }: ReturnType<typeof record>): LocalListEntry[] {
  const { idToken: token, type } = record(idToken);
  const { status, cacheExpiryDateTime, groupIdToken } = record(idTokenInfo);
  const expiresAt = Date.parse(text(cacheExpiryDateTime) ?? "");
  const named = text(token);
  if (named === undefined) return [];
  return [
    {
      idToken: named,
      type: text(type),
      status: text(status) ?? "Invalid",
      ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
      groupId: text(record(groupIdToken).idToken),
    },
  ];
}
