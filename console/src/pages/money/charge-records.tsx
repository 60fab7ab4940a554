// The bills of sessions, newest first. What was corrected has a credit and another record after it.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { flagOf, useFilters } from "../../ui/filters";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";

type Cdr = Schemas["Cdr"];

const FILTERS = ["chargePointId", "locationId", "userId", "credit", "from", "to"] as const;

export default function ChargeRecords() {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [, navigate] = useLocation();
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, credit: flagOf(filters.credit), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/cdrs", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Cdr>[]>(
    () => [
      {
        id: "start",
        header: t("began"),
        width: 180,
        cell: ({ id, startDateTime }) => (
          <To kind="chargeRecord" id={id}>
            {format.time(startDateTime)}
          </To>
        ),
      },
      {
        id: "chargePoint",
        header: t("chargePoint"),
        width: 140,
        cell: ({ chargePointId }) => <To kind="chargePoint" id={chargePointId} />,
      },
      {
        id: "location",
        header: t("location"),
        width: 130,
        cell: ({ cdrLocation: { name, address } }) => name ?? address,
      },
      { id: "token", header: t("idToken"), width: 130, cell: ({ cdrToken }) => cdrToken?.uid ?? "–" },
      {
        id: "energy",
        header: t("energy"),
        width: 110,
        align: "end",
        cell: ({ totalEnergy }) => `${format.number(totalEnergy, 3)} kWh`,
      },
      {
        id: "cost",
        header: t("exclVat"),
        width: 110,
        align: "end",
        cell: ({ totalCost, currency }) => format.money(totalCost.exclVat, currency),
      },
      {
        id: "inclVat",
        header: t("inclVat"),
        width: 110,
        align: "end",
        cell: ({ totalCost, currency }) => format.money(totalCost.inclVat, currency),
      },
      { id: "kind", header: t("kind"), width: 90, cell: ({ credit }) => t(credit ? "credit" : "bill") },
    ],
    [t, format],
  );
  return (
    <ListPage
      title={common("pages.chargeRecords")}
      about={t("recordsAbout")}
      actions={<CsvButton path="/api/cdrs" query={filters} name="charge-records" />}
      filters={[
        { name: "chargePointId", label: t("chargePoint") },
        { name: "locationId", label: t("locationId") },
        { name: "userId", label: t("user") },
        {
          name: "credit",
          label: t("kind"),
          options: [
            { value: "false", label: t("bill") },
            { value: "true", label: t("credit") },
          ],
        },
        { name: "from", label: t("from"), isMoment: true },
        { name: "to", label: t("to"), isMoment: true },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.chargeRecord(id))}
      empty={t("noRecords")}
    />
  );
}
