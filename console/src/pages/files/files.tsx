// Files of chargers and of everybody: logs, diagnostics, firmware, whatever was uploaded.
import { ActionIcon, Group, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, fetchRaw, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { useChange } from "../../ui/mutate";
import { notifyDone, notifyFailure } from "../../ui/notify";
import { Page } from "../../ui/page";
import { saveAs } from "../../ui/save-as";
import { Ago } from "../../ui/time";
import { Retention } from "./retention";
import { UploadButton } from "./upload-button";

type FileRow = Schemas["File"];

export const KINDS = ["log", "diagnostics", "firmware", "upload"] as const;

export default function Files() {
  const { t } = useTranslation("files");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayChange = useMay("operator");
  const [values, change] = useFilters(["chargePointId", "kind"]);
  const kind = KINDS.find((name) => name === values.kind);
  const query = { ...values, kind, limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/files", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<FileRow>[]>(
    () => [
      { id: "name", header: t("name"), width: 300, cell: ({ path }) => <span title={path}>{path}</span> },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId ?? t("shared") },
      { id: "kind", header: t("kind"), width: 110, cell: ({ kind }) => t(`kinds.${kind}`) },
      { id: "size", header: t("size"), width: 110, align: "end", cell: ({ size }) => format.bytes(size) },
      { id: "created", header: t("created"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
      { id: "by", header: t("by"), cell: ({ uploadedBy }) => uploadedBy },
      { id: "menu", header: "", width: 60, cell: (file) => <FileMenu file={file} mayChange={mayChange} /> },
    ],
    [t, format, mayChange],
  );
  return (
    <Page
      title={common("pages.files")}
      about={t("about")}
      actions={
        <Group gap="xs">
          <CsvButton path="/api/files" query={values} name="files" />
          {mayChange && <Retention />}
          {mayChange && <UploadButton kind="upload" label={t("upload")} />}
        </Group>
      }
    >
      <FilterBar
        filters={[
          { name: "chargePointId", label: t("charger") },
          { name: "kind", label: t("kind"), options: KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })) },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={common("pages.files")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("none")}
      />
    </Page>
  );
}

function FileMenu({ file, mayChange }: { file: FileRow; mayChange: boolean }) {
  const { t } = useTranslation("files");
  const { t: common } = useTranslation();
  const removal = useChange({ done: t("deleted", { name: file.name }), stale: ["/api/files"] });
  const params = { path: { id: file.id } };
  const download = async (): Promise<void> => {
    const response = await fetchRaw(`/api/files/${encodeURIComponent(file.id)}/content`);
    saveAs(await response.blob(), file.name);
  };
  const copyLink = async (): Promise<void> => {
    const { data } = await api.POST("/api/files/{id}/link", { params, body: {} });
    if (data === undefined) return;
    await navigator.clipboard.writeText(new URL(data.url, window.location.href).href);
    notifyDone(t("linkCopied"));
  };
  const remove = (): void =>
    ask({
      title: t("deleteTitle"),
      body: t("deleteBody", { name: file.path }),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () => void removal.run(() => api.DELETE("/api/files/{id}", { params })),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("actions", { name: file.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void download().catch(notifyFailure)}>{common("download")}</Menu.Item>
        {mayChange && <Menu.Item onClick={() => void copyLink().catch(notifyFailure)}>{t("copyLink")}</Menu.Item>}
        {mayChange && (
          <Menu.Item color="red" onClick={remove}>
            {common("delete")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
