// Keys of programs. A key is shown once, when it is made.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { ask } from "../../ui/confirm";
import type { Column } from "../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { useChange } from "../../ui/mutate";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { ApiKeyForm } from "./api-key-form";

type ApiKey = Schemas["ApiKey"];

export default function ApiKeys() {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const [isNew, setNew] = useState(false);
  const list = $api.useInfiniteQuery(
    "get",
    "/api/api-keys",
    { params: { query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<ApiKey>[]>(
    () => [
      { id: "name", header: t("name"), width: 180, cell: ({ name }) => name },
      { id: "prefix", header: t("prefix"), width: 130, cell: ({ prefix }) => <code>{prefix}…</code> },
      { id: "role", header: t("role"), width: 120, cell: ({ role }) => common(`roles.${role}`) },
      {
        id: "state",
        header: t("status"),
        width: 100,
        cell: (key) => <Status value={stateOf(key)} />,
      },
      { id: "expires", header: t("expires"), width: 130, cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
      { id: "createdBy", header: t("createdBy"), width: 130, cell: ({ createdBy }) => createdBy },
      { id: "created", header: t("created"), width: 120, cell: ({ createdAt }) => <Ago at={createdAt} /> },
      {
        id: "actions",
        header: "",
        width: 100,
        align: "end",
        cell: (key) => stateOf(key) === "active" && <Revoke of={key} />,
      },
    ],
    [t, common],
  );
  return (
    <ListPage
      title={common("pages.apiKeys")}
      about={t("apiKeysAbout")}
      actions={
        <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
          {t("newApiKey")}
        </Button>
      }
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      empty={t("noApiKeys")}
    >
      {isNew && <ApiKeyForm onClose={() => setNew(false)} />}
    </ListPage>
  );
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? "expired" : "active";
}

function Revoke({ of: { id, name } }: { of: ApiKey }) {
  const { t } = useTranslation("people");
  const change = useChange({ done: t("revoked"), stale: ["/api/api-keys"] });
  const revoke = () => change.run(() => api.DELETE("/api/api-keys/{id}", { params: { path: { id } } }));
  const askFirst = () =>
    ask({
      title: t("reallyRevoke", { name }),
      body: t("revokeAbout"),
      confirm: t("revoke"),
      isDangerous: true,
      onConfirm: () => void revoke(),
    });
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={askFirst}>
      {t("revoke")}
    </Button>
  );
}
