// Where chargers stand.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { useFilters } from "../../ui/filters";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Ago } from "../../ui/time";

type Place = Schemas["Location"];

const FILTERS = ["substationId"] as const;

export default function Locations() {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const mayOperate = useMay("operator");
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/locations", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Place>[]>(
    () => [
      {
        id: "name",
        header: t("name"),
        width: 180,
        cell: ({ id, name, address }) => (
          <To kind="location" id={id}>
            {name ?? address}
          </To>
        ),
      },
      { id: "address", header: t("address"), width: 180, cell: ({ address }) => address },
      { id: "city", header: t("city"), width: 150, cell: ({ city, country }) => `${city}, ${country}` },
      { id: "evses", header: t("evses"), width: 80, align: "end", cell: ({ evses = [] }) => evses.length },
      { id: "substation", header: t("transformer"), width: 130, cell: ({ substationId }) => substationId ?? "–" },
      { id: "timeZone", header: t("timeZone"), width: 140, cell: ({ timeZone }) => timeZone },
      { id: "updated", header: t("updated"), width: 120, cell: ({ lastUpdated }) => <Ago at={lastUpdated} /> },
    ],
    [t],
  );
  return (
    <ListPage
      title={common("pages.locations")}
      about={t("locationsAbout")}
      actions={
        <>
          <CsvButton path="/api/locations" query={filters} name="locations" />
          {mayOperate && (
            <Button component={Link} href="/new-location" size="xs" leftSection={<IconPlus size={16} />}>
              {t("newLocation")}
            </Button>
          )}
        </>
      }
      filters={[{ name: "substationId", label: t("transformer") }]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.location(id))}
      empty={t("noLocations")}
    />
  );
}
