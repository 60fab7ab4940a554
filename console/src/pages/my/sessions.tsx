// My sessions, the running one first.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";

export default function MySessions() {
  const { t } = useTranslation("drive");
  const { t: common } = useTranslation();
  const format = useFormat();
  const query = { limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/transactions", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Schemas["Transaction"]>[]>(
    () => [
      { id: "started", header: t("started"), width: 190, cell: ({ startedAt }) => format.time(startedAt) },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      {
        id: "duration",
        header: t("since"),
        width: 130,
        align: "end",
        cell: ({ startedAt, stoppedAt }) => format.duration(seconds(startedAt, stoppedAt)),
      },
      {
        id: "energy",
        header: t("energy"),
        width: 130,
        align: "end",
        cell: ({ energy, stoppedAt }) => (stoppedAt === null ? t("goesOn") : format.energy(energy)),
      },
    ],
    [t, format],
  );
  return (
    <Page title={common("pages.mySessions")} actions={<CsvButton path="/api/transactions" name="my-sessions" />}>
      <DataTable
        label={common("pages.mySessions")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("noSessions")}
      />
    </Page>
  );
}

function seconds(from: string, to: string | null): number {
  return ((to === null ? Date.now() : Date.parse(to)) - Date.parse(from)) / 1000;
}
