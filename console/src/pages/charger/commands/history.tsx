// The commands that were sent to the charger, newest first, each with its payload and answer.
import { Button, Drawer, Stack, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { invalidate } from "../../../api/queries";
import { answeredStatus } from "../../../ui/command-outcome";
import { CsvButton } from "../../../ui/csv-button";
import { type Column, DataTable } from "../../../ui/data-table";
import { JsonView } from "../../../ui/json-view";
import { CURSOR_PAGING, PAGE_SIZE } from "../../../ui/list";
import { notifyFailure } from "../../../ui/notify";
import { RowButton } from "../../../ui/row-button";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";
import { Answer } from "./answer";

type Command = Schemas["Command"];

export function History({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const [open, setOpen] = useState<Command>();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/commands",
    { params: { path: { id }, query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Command>[]>(
    () => [
      {
        id: "action",
        header: t("commands.name"),
        width: 220,
        cell: (command) => <RowButton onClick={() => setOpen(command)}>{command.action}</RowButton>,
      },
      { id: "status", header: t("commands.state"), width: 110, cell: ({ status }) => <Status value={status} /> },
      {
        id: "answer",
        header: t("commands.answer"),
        width: 180,
        cell: (command) => command.error?.code ?? <Status value={answeredStatus(command)} />,
      },
      { id: "by", header: t("commands.by"), width: 140, cell: ({ requestedBy }) => requestedBy ?? "–" },
      { id: "created", header: t("commands.created"), width: 130, cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t],
  );
  return (
    <Stack gap="xs">
      <Title order={2}>{t("commands.history")}</Title>
      <div style={{ height: 420 }}>
        <DataTable
          label={t("commands.history")}
          list={list}
          columns={columns}
          rowKey={(command) => command.id}
          onOpen={setOpen}
          empty={t("commands.none")}
        />
      </div>
      <div>
        <CsvButton path="/api/commands" query={{ chargePointId: id }} name={`commands-${id}`} />
      </div>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={open?.action}
        closeButtonProps={{ "aria-label": common("close") }}
      >
        {open && (
          <Stack>
            {open.payload !== undefined && <JsonView value={open.payload} label={t("commands.payload")} />}
            <Answer command={open} />
            {open.status === "queued" && <Cancel command={open} onDone={() => setOpen(undefined)} />}
          </Stack>
        )}
      </Drawer>
    </Stack>
  );
}

function Cancel({ command, onDone }: { command: Command; onDone: () => void }) {
  const { t } = useTranslation("charger");
  if (!useMay("operator")) return null;
  const cancel = (): void =>
    void api
      .POST("/api/commands/{commandId}/cancel", { params: { path: { commandId: command.id } } })
      .then(onDone)
      .catch((error) => notifyFailure(error))
      .finally(() => invalidate("/api/charge-points/{id}/commands"));
  return (
    <Button variant="light" color="red" onClick={cancel}>
      {t("commands.cancel")}
    </Button>
  );
}
