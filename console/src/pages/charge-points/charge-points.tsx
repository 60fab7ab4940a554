// Every charger: filtered by the server, each row as fresh as the feed.
import { Anchor, Button, Group } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFreshRows } from "../../live/rows";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { RegisterDialog } from "./register-dialog";

type ChargePoint = Schemas["ChargePoint"];

const FILTERS = ["search", "connected", "status", "ocppVersion", "registration"] as const;
const STATUSES = [
  "Available",
  "Preparing",
  "Occupied",
  "Charging",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
  "Reserved",
  "Unavailable",
  "Faulted",
];
const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const REGISTRATIONS = ["accepted", "pending", "rejected"] as const;
const pathOf = ({ id }: ChargePoint): string => `/charge-points/${encodeURIComponent(id)}`;

export default function ChargePoints() {
  const { t } = useTranslation("charge-points");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const [isAdding, setAdding] = useState(false);
  const isOperator = useMay("operator");
  const [filters, change] = useFilters(FILTERS);
  const filter = {
    search: filters.search,
    status: filters.status,
    connected: filters.connected === undefined ? undefined : filters.connected === "true",
    ocppVersion: VERSIONS.find((version) => version === filters.ocppVersion),
    registration: REGISTRATIONS.find((registration) => registration === filters.registration),
  };
  const request = { params: { query: { ...filter, limit: PAGE_SIZE } } };
  const list = $api.useInfiniteQuery("get", "/api/charge-points", request, CURSOR_PAGING);
  useFreshRows(["get", "/api/charge-points", request], filter);
  const columns = useColumns();
  return (
    <Page
      title={common("pages.chargePoints")}
      about={t("about")}
      actions={
        <>
          <CsvButton path="/api/charge-points" query={filters} name="charge-points" />
          {isOperator && (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              {t("register")}
            </Button>
          )}
        </>
      }
    >
      <FilterBar
        filters={[
          { name: "search", label: common("search") },
          {
            name: "connected",
            label: t("connection"),
            options: [
              { value: "true", label: t("online") },
              { value: "false", label: t("offline") },
            ],
          },
          { name: "status", label: t("status"), options: STATUSES },
          { name: "ocppVersion", label: t("version"), options: VERSIONS },
          { name: "registration", label: t("registration"), options: REGISTRATIONS },
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
      {isAdding && <RegisterDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function useColumns(): Column<ChargePoint>[] {
  const { t } = useTranslation("charge-points");
  return useMemo(
    () => [
      {
        id: "id",
        header: t("id"),
        width: 200,
        cell: (item) => (
          <Anchor component={Link} href={pathOf(item)} size="sm">
            {item.id}
          </Anchor>
        ),
      },
      {
        id: "connected",
        header: t("connection"),
        width: 110,
        cell: ({ connected }) => <Connection isUp={connected} />,
      },
      {
        id: "status",
        header: t("status"),
        width: 130,
        // Of one that is away it is what it said last.
        cell: ({ status, connected }) => <Status value={status} isOld={!connected} />,
      },
      { id: "lastSeen", header: t("lastSeen"), width: 120, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
      { id: "version", header: t("version"), width: 80, cell: ({ ocppVersion }) => ocppVersion ?? "–" },
      {
        id: "model",
        header: t("model"),
        width: 200,
        cell: ({ vendor, model }) => [vendor, model].filter(Boolean).join(" ") || "–",
      },
      { id: "firmware", header: t("firmware"), width: 120, cell: ({ firmwareVersion }) => firmwareVersion ?? "–" },
      {
        id: "registration",
        header: t("registration"),
        width: 120,
        cell: ({ registration }) => <Status value={registration} />,
      },
    ],
    [t],
  );
}

function Connection({ isUp }: { isUp: boolean }) {
  const { t } = useTranslation("charge-points");
  return (
    <Group gap={6} wrap="nowrap">
      <span
        aria-hidden
        style={{
          width: 8,
          height: 8,
          borderRadius: 4,
          background: isUp ? "var(--mantine-color-green-6)" : "var(--mantine-color-gray-5)",
        }}
      />
      {t(isUp ? "online" : "offline")}
    </Group>
  );
}
