// The local authorization list, OCPP 1.6 sections 3.5.2, 5.10 and 5.15.
import type { LocalListEntry } from "../facts/local-list.ts";
import { type Effects, effect } from "../handler.ts";
import type { ListDialect } from "../local-list.ts";
import { integer, list, record, text } from "../read.ts";

const MAX_ID_TAG = 20;
const LIMITS = { entries: "LocalAuthListMaxLength", perMessage: "SendLocalListMaxLength" };

export const localList: ListDialect = {
  limitsRequest: { action: "GetConfiguration", payload: { key: [LIMITS.entries, LIMITS.perMessage] } },
  readLimits(response) {
    const values = list(response.configurationKey).map(record);
    const valueNamed = (name: string) => integer(values.find(({ key }) => key === name)?.value);
    return { maxEntries: valueNamed(LIMITS.entries), maxPerMessage: valueNamed(LIMITS.perMessage) };
  },
  readVersion: (response) => integer(response.listVersion),
  normal: ({ type: _type, ...entry }) =>
    entry.idToken.length <= MAX_ID_TAG && (entry.groupId ?? "").length <= MAX_ID_TAG ? entry : undefined,
  payload: ({ updateType, version, put, removed }) => ({
    listVersion: version,
    updateType,
    ...(put.length + removed.length === 0
      ? {}
      : {
          localAuthorizationList: [
            ...removed.map(({ idToken }) => ({ idTag: idToken })),
            ...put.map(authorizationData),
          ],
        }),
  }),
};

const authorizationData = ({ idToken, status, expiresAt, groupId }: LocalListEntry) => ({
  idTag: idToken,
  idTagInfo: {
    status,
    ...(expiresAt === undefined ? {} : { expiryDate: new Date(expiresAt).toISOString() }),
    ...(groupId === undefined ? {} : { parentIdTag: groupId }),
  },
});

export const localListEffects: Effects = {
  SendLocalList: effect("keeps what the charger has taken into its list", (request, response) => {
    const version = integer(request.listVersion);
    if (response.status !== "Accepted" || version === undefined) return [];
    const sent = list(request.localAuthorizationList).map(record);
    const update = request.updateType === "Full" ? "full" : "differential";
    const put = sent.filter(({ idTagInfo }) => idTagInfo !== undefined).flatMap(readEntry);
    const removed = sent.filter(({ idTagInfo }) => idTagInfo === undefined).flatMap(({ idTag }) => text(idTag) ?? []);
    return [{ kind: "localList", change: { update, version, put, removed } }];
  }),

  GetLocalListVersion: effect(
    "a version that is not ours: the content of the list is unknown",
    (_request, response) => {
      const version = integer(response.listVersion);
      return version === undefined ? [] : [{ kind: "localList", change: { update: "version", version } }];
    },
  ),
};

function readEntry({ idTag, idTagInfo }: ReturnType<typeof record>): LocalListEntry[] {
  const idToken = text(idTag);
  const { status, expiryDate, parentIdTag } = record(idTagInfo);
  const expiresAt = Date.parse(text(expiryDate) ?? "");
  if (idToken === undefined) return [];
  return [
    {
      idToken,
      status: text(status) ?? "Invalid",
      ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
      groupId: text(parentIdTag),
    },
  ];
}
