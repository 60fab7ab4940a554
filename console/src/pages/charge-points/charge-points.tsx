// Every charger: filtered by the server, kept fresh by the feed.
import { Anchor } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";

type ChargePoint = Schemas["ChargePoint"];

const FILTERS = ["id", "connected", "status"] as const;
const STATUSES = ["Available", "Occupied", "Charging", "Unavailable", "Faulted"];
const pathOf = ({ id }: ChargePoint): string => `/charge-points/${encodeURIComponent(id)}`;

export default function ChargePoints() {
  const { t } = useTranslation("charge-points");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, connected: flag(filters.connected), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/charge-points", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<ChargePoint>[]>(
    () => [
      {
        id: "id",
        header: t("id"),
        width: 220,
        cell: (item) => (
          <Anchor component={Link} href={pathOf(item)} size="sm">
            {item.id}
          </Anchor>
        ),
      },
      { id: "connected", header: t("connection"), cell: ({ connected }) => t(connected ? "online" : "offline") },
      { id: "status", header: t("status"), cell: ({ status }) => <Status value={status} /> },
      { id: "version", header: t("version"), width: 90, cell: ({ ocppVersion }) => ocppVersion ?? "–" },
      {
        id: "model",
        header: t("model"),
        width: 200,
        cell: ({ vendor, model }) => [vendor, model].join(" ").trim() || "–",
      },
      { id: "firmware", header: t("firmware"), cell: ({ firmwareVersion }) => firmwareVersion ?? "–" },
      { id: "lastSeen", header: t("lastSeen"), cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
      { id: "registration", header: t("registration"), cell: ({ registration }) => <Status value={registration} /> },
    ],
    [t],
  );
  return (
    <Page
      title={common("pages.chargePoints")}
      about={t("about")}
      actions={<CsvButton path="/api/charge-points" query={filters} name="charge-points" />}
    >
      <FilterBar
        filters={[
          { name: "id", label: t("id") },
          {
            name: "connected",
            label: t("connection"),
            options: [
              { value: "true", label: t("online") },
              { value: "false", label: t("offline") },
            ],
          },
          { name: "status", label: t("status"), options: STATUSES },
        ]}
        values={filters}
        onChange={change}
      />
      <DataTable
        label={common("pages.chargePoints")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={(item) => navigate(pathOf(item))}
        empty={t("none")}
      />
    </Page>
  );
}

function flag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}
