// The cards and accounts that may charge.
import { ActionIcon, Button, Group } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash, IconUpload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { ask } from "../../ui/confirm";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { oneOf, useFilters } from "../../ui/filters";
import { To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { useChange } from "../../ui/mutate";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { IdTokenForm } from "./id-token-form";
import { IdTokenImport } from "./id-token-import";

type IdToken = Schemas["IdToken"];

const FILTERS = ["idToken", "status", "groupId", "userId"] as const;
const STATUSES = ["accepted", "blocked"] as const;

export default function IdTokens() {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const mayOperate = useMay("operator");
  const maySeeUsers = useMay("admin");
  const [open, setOpen] = useState<IdToken | "new" | "import">();
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, status: oneOf(STATUSES, filters.status), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/id-tokens", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<IdToken>[]>(
    () => [
      { id: "idToken", header: t("idToken"), width: 180, cell: ({ idToken }) => idToken },
      { id: "status", header: t("status"), width: 100, cell: ({ status }) => <Status value={status} /> },
      {
        id: "user",
        header: t("owner"),
        width: 130,
        cell: ({ userId }) => (maySeeUsers ? <To kind="user" id={userId} /> : (userId ?? "–")),
      },
      { id: "group", header: t("group"), width: 130, cell: ({ groupId }) => groupId ?? "–" },
      { id: "type", header: t("type"), width: 110, cell: ({ type }) => type ?? "–" },
      { id: "expires", header: t("expires"), width: 120, cell: ({ expiresAt }) => <Ago at={expiresAt} /> },
      { id: "note", header: t("note"), width: 160, cell: ({ note }) => note ?? "–" },
      {
        id: "actions",
        header: "",
        width: 80,
        align: "end",
        isHidden: !mayOperate,
        cell: (item) => <Actions item={item} onEdit={() => setOpen(item)} />,
      },
    ],
    [t, mayOperate, maySeeUsers],
  );
  return (
    <ListPage
      title={common("pages.idTokens")}
      about={t("idTokensAbout")}
      actions={
        <>
          <CsvButton path="/api/id-tokens" query={filters} name="id-tokens" />
          {mayOperate && (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconUpload size={16} />}
                onClick={() => setOpen("import")}
              >
                {t("import")}
              </Button>
              <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setOpen("new")}>
                {t("newIdToken")}
              </Button>
            </>
          )}
        </>
      }
      filters={[
        { name: "idToken", label: t("idToken") },
        { name: "status", label: t("status"), options: STATUSES },
        { name: "groupId", label: t("group") },
        { name: "userId", label: t("owner") },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ idToken }) => idToken}
      empty={t("noIdTokens")}
    >
      {open === "import" && <IdTokenImport onClose={() => setOpen(undefined)} />}
      {open !== undefined && open !== "import" && (
        <IdTokenForm known={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </ListPage>
  );
}

function Actions({ item: { idToken }, onEdit }: { item: IdToken; onEdit: () => void }) {
  const { t } = useTranslation();
  const change = useChange({ done: t("deleted"), stale: ["/api/id-tokens"] });
  const remove = () => change.run(() => api.DELETE("/api/id-tokens/{idToken}", { params: { path: { idToken } } }));
  const askFirst = () =>
    ask({
      title: t("reallyDelete", { name: idToken }),
      body: t("noWayBack"),
      confirm: t("delete"),
      isDangerous: true,
      onConfirm: () => void remove(),
    });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" onClick={onEdit} aria-label={`${t("edit")} ${idToken}`}>
        <IconPencil size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="red" onClick={askFirst} aria-label={`${t("delete")} ${idToken}`}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
