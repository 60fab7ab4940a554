// Every session, newest first.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { oneOf, useFilters } from "../../ui/filters";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Status } from "../../ui/status";
import { secondsOf } from "./duration";
import { place } from "./place";

type Transaction = Schemas["Transaction"];

const FILTERS = ["chargePointId", "status", "idToken", "from", "to"] as const;
const STATUSES = ["active", "completed", "orphan"] as const;

export default function Sessions() {
  const { t } = useTranslation("charging");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [, navigate] = useLocation();
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, status: oneOf(STATUSES, filters.status), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/transactions", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Transaction>[]>(
    () => [
      {
        id: "started",
        header: t("started"),
        width: 180,
        cell: ({ id, startedAt }) => (
          <To kind="session" id={id}>
            {format.time(startedAt)}
          </To>
        ),
      },
      { id: "status", header: t("status"), width: 125, cell: ({ status }) => <Status value={status} /> },
      {
        id: "chargePoint",
        header: t("chargePoint"),
        width: 150,
        cell: ({ chargePointId }) => <To kind="chargePoint" id={chargePointId} />,
      },
      {
        id: "connector",
        header: t("connector"),
        width: 105,
        cell: ({ evseId, connectorId }) => place(evseId, connectorId),
      },
      { id: "idToken", header: t("idToken"), width: 140, cell: ({ idToken }) => idToken ?? "–" },
      { id: "energy", header: t("energy"), width: 100, align: "end", cell: ({ energy }) => format.energy(energy) },
      {
        id: "duration",
        header: t("duration"),
        width: 110,
        align: "end",
        cell: (session) => format.duration(secondsOf(session)),
      },
      {
        id: "reason",
        header: t("stopReason"),
        width: 130,
        cell: ({ stopReason, closedBy }) => stopReason ?? closedBy ?? "–",
      },
    ],
    [t, format],
  );
  return (
    <ListPage
      title={common("pages.sessions")}
      about={t("sessionsAbout")}
      actions={<CsvButton path="/api/transactions" query={filters} name="sessions" />}
      filters={[
        { name: "chargePointId", label: t("chargePoint") },
        { name: "status", label: t("status"), options: STATUSES },
        { name: "idToken", label: t("idToken") },
        { name: "from", label: t("from"), isMoment: true },
        { name: "to", label: t("to"), isMoment: true },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.session(id))}
      empty={t("noSessions")}
    />
  );
}
