// What its lists no longer have because it is old.
import { Code, Drawer, SegmentedControl, Stack } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { type Column, DataTable } from "../../ui/data-table";
import { useFilters } from "../../ui/filters";
import { JsonView } from "../../ui/json-view";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { RowButton } from "../../ui/row-button";
import type { PartProps } from "./tabs";

type Rec = Schemas["ArchivedRecord"];

const KINDS = ["statuses", "commands", "securityEvents", "stationEvents", "notices"] as const;

export default function Archive({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [filters, change] = useFilters(["kind"]);
  const [open, setOpen] = useState<Rec>();
  const kind = KINDS.find((one) => one === filters.kind) ?? "statuses";
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/archived-records",
    { params: { path: { id }, query: { kind, limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Rec>[]>(
    () => [
      {
        id: "at",
        header: t("archive.at"),
        width: 210,
        cell: (record) => <RowButton onClick={() => setOpen(record)}>{format.time(record.at)}</RowButton>,
      },
      { id: "what", header: t("archive.what"), width: 640, cell: (record) => <Code fz="xs">{inBrief(record)}</Code> },
    ],
    [t, format],
  );
  return (
    <Stack gap="sm" h="calc(100dvh - 240px)" mih={360}>
      <SegmentedControl
        aria-label={t("archive.kind")}
        value={kind}
        onChange={(value) => change({ kind: value })}
        data={KINDS.map((value) => ({ value, label: t(`archive.kinds.${value}`) }))}
        style={{ alignSelf: "flex-start" }}
      />
      <DataTable
        label={t("tabs.archive")}
        list={list}
        columns={columns}
        rowKey={(record) => JSON.stringify(record)}
        onOpen={setOpen}
        empty={t("archive.none")}
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="xl"
        title={open && t(`archive.kinds.${open.kind}`)}
        closeButtonProps={{ "aria-label": common("close") }}
      >
        {open && <JsonView value={open} label={t(`archive.kinds.${open.kind}`)} />}
      </Drawer>
    </Stack>
  );
}

/** What every line would say again is left out. */
function inBrief({ kind: _kind, at: _at, ...rest }: Rec): string {
  const told = Object.entries(rest).filter(([name, value]) => value !== null && !HIDDEN.has(name));
  return JSON.stringify(Object.fromEntries(told));
}
const HIDDEN = new Set(["chargePoint", "receivedAt", "createdAt", "seq", "item", "historySeq", "id"]);
