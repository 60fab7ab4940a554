// Long work with the charger: logs that it uploads, firmware that it installs, settings that are written; and its files.
import { Anchor, Button, Group, Menu, Stack, Title } from "@mantine/core";
import { IconDownload, IconFileText } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, fetchRaw, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { useFormat } from "../../../i18n/format";
import { type Column, DataTable } from "../../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../../ui/list";
import { notifyFailure } from "../../../ui/notify";
import { saveAs } from "../../../ui/save-as";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";
import { useSend } from "../use-send";
import { FirmwareDialog } from "./firmware-dialog";

type Job = Schemas["Job"];
type File = Schemas["File"];

export default function Jobs({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  return (
    <Stack gap="lg">
      <Group gap="xs">
        <Order charger={charger} />
      </Group>
      <Stack gap="xs">
        <Title order={2}>{t("jobs.title")}</Title>
        <JobTable charger={charger} />
      </Stack>
      <Stack gap="xs">
        <Title order={2}>{t("jobs.files")}</Title>
        <FileTable charger={charger} />
      </Stack>
    </Stack>
  );
}

function Order({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const [isUpdating, setUpdating] = useState(false);
  const log = useSend(
    (type: "diagnostics" | "security") =>
      api.POST("/api/charge-points/{id}/get-log", { params: { path: { id: charger.id } }, body: { type } }),
    t("jobs.getLog"),
  );
  if (!useMay("operator")) return null;
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconFileText size={16} />}
            disabled={!charger.connected}
            loading={log.isPending}
          >
            {t("jobs.getLog")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => log.mutate("diagnostics")}>{t("jobs.diagnostics")}</Menu.Item>
          <Menu.Item onClick={() => log.mutate("security")}>{t("jobs.securityLog")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        disabled={!charger.connected}
        onClick={() => setUpdating(true)}
      >
        {t("jobs.updateFirmware")}
      </Button>
      {isUpdating && <FirmwareDialog charger={charger} onClose={() => setUpdating(false)} />}
    </>
  );
}

function JobTable({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/jobs",
    { params: { path: { id }, query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Job>[]>(
    () => [
      { id: "kind", header: t("jobs.kind"), width: 190, cell: ({ kind }) => t(`jobs.kinds.${kind}`) },
      { id: "state", header: t("jobs.state"), width: 120, cell: ({ state }) => <Status value={state} /> },
      {
        id: "progress",
        header: t("jobs.progress"),
        width: 320,
        cell: ({ statuses, reason, firmware }) =>
          [firmware?.version, statuses.at(-1)?.status, reason].filter(Boolean).join(" · ") || "–",
      },
      {
        id: "file",
        header: t("jobs.file"),
        width: 220,
        cell: ({ file, fileName }) => (file ? <FileLink {...file} /> : (fileName ?? "–")),
      },
      { id: "by", header: t("commands.by"), width: 120, cell: ({ requestedBy }) => requestedBy ?? "–" },
      { id: "updated", header: t("jobs.updated"), width: 130, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
    ],
    [t],
  );
  return (
    <DataTable label={t("jobs.title")} list={list} columns={columns} rowKey={(job) => job.id} empty={t("jobs.none")} />
  );
}

function FileTable({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/files",
    { params: { query: { chargePointId: id, limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<File>[]>(
    () => [
      { id: "name", header: t("jobs.file"), width: 320, cell: (file) => <FileLink {...file} /> },
      { id: "kind", header: t("jobs.kind"), width: 120, cell: ({ kind }) => kind },
      { id: "size", header: t("jobs.size"), width: 110, align: "end", cell: ({ size }) => format.bytes(size) },
      { id: "created", header: t("jobs.received"), width: 140, cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("jobs.files")}
      list={list}
      columns={columns}
      rowKey={(file) => file.id}
      empty={t("jobs.noFiles")}
    />
  );
}

/** Fetched with the sign-in of the page, which a plain link does not carry. */
function FileLink({ id, name }: { id: string; name: string }) {
  const save = (): void =>
    void fetchRaw(`/api/files/${encodeURIComponent(id)}/content`)
      .then(async (response) => saveAs(await response.blob(), name))
      .catch((error) => notifyFailure(error));
  return (
    <Anchor component="button" type="button" size="sm" onClick={save}>
      {name}
    </Anchor>
  );
}
