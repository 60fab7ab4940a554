// What chargers told of attempts, failures and changes that concern their security.
import { Stack } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Status } from "../../ui/status";

export function SecurityEvents() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const [values, change] = useFilters(["chargePointId", "type", "critical"]);
  const query = {
    chargePointId: values.chargePointId,
    type: values.type,
    critical: values.critical === undefined ? undefined : values.critical === "true",
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/security-events", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Schemas["SecurityEvent"]>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ occurredAt }) => format.time(occurredAt) },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      { id: "type", header: t("type"), width: 280, cell: ({ type }) => type },
      {
        id: "critical",
        header: t("weight"),
        width: 110,
        cell: ({ critical }) => critical && <Status value="critical" />,
      },
      { id: "info", header: t("info"), width: 320, cell: ({ techInfo }) => techInfo ?? "–" },
    ],
    [t, format],
  );
  const options = [
    { value: "true", label: t("onlyCritical") },
    { value: "false", label: t("onlyOthers") },
  ];
  return (
    <Stack>
      <FilterBar
        filters={[
          { name: "chargePointId", label: t("charger") },
          { name: "type", label: t("type") },
          { name: "critical", label: t("weight"), options },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={t("tabs.events")}
        list={list}
        columns={columns}
        rowKey={({ chargePointId, type, occurredAt, receivedAt }) =>
          [chargePointId, type, occurredAt, receivedAt].join()
        }
        empty={t("noEvents")}
      />
    </Stack>
  );
}
