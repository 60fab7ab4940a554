// What chargers asked to have signed, and what came of it.
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

const STATES = ["requested", "issued", "installed", "rejected", "refused", "superseded", "undelivered"] as const;

export function CertificateRequests() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const [values, change] = useFilters(["chargePointId", "status"]);
  const query = {
    chargePointId: values.chargePointId,
    status: STATES.find((state) => state === values.status),
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/certificate-requests", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Schemas["CertificateRequest"]>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ createdAt }) => format.time(createdAt) },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      { id: "type", header: t("type"), width: 240, cell: ({ certificateType }) => certificateType ?? "–" },
      { id: "status", header: t("state"), width: 130, cell: ({ status }) => <Status value={status} /> },
      { id: "detail", header: t("info"), width: 320, cell: ({ detail }) => detail ?? "–" },
    ],
    [t, format],
  );
  return (
    <Stack>
      <FilterBar
        filters={[
          { name: "chargePointId", label: t("charger") },
          { name: "status", label: t("state"), options: STATES },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={t("tabs.requests")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("noRequests")}
      />
    </Stack>
  );
}
