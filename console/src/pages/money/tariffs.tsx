// What charging costs, by tariff.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { type Format, useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Ago } from "../../ui/time";

type Tariff = Schemas["Tariff"];

export default function Tariffs() {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [, navigate] = useLocation();
  const mayOperate = useMay("operator");
  const list = $api.useInfiniteQuery("get", "/api/tariffs", { params: { query: { limit: PAGE_SIZE } } }, CURSOR_PAGING);
  const columns = useMemo<Column<Tariff>[]>(
    () => [
      { id: "id", header: t("tariff"), width: 160, cell: ({ id }) => <To kind="tariff" id={id} /> },
      {
        id: "type",
        header: t("type"),
        width: 120,
        cell: ({ type }) => (type === undefined ? "–" : t(`types.${type}`)),
      },
      { id: "prices", header: t("prices"), width: 260, cell: (tariff) => pricesOf(tariff, format, t) },
      { id: "elements", header: t("elements"), width: 90, align: "end", cell: ({ elements }) => elements.length },
      { id: "from", header: t("validFrom"), width: 120, cell: ({ startDateTime }) => format.date(startDateTime) },
      { id: "until", header: t("validUntil"), width: 120, cell: ({ endDateTime }) => format.date(endDateTime) },
      { id: "updated", header: t("updated"), width: 130, cell: ({ lastUpdated }) => <Ago at={lastUpdated} /> },
    ],
    [t, format],
  );
  return (
    <ListPage
      title={common("pages.tariffs")}
      about={t("tariffsAbout")}
      actions={
        <>
          <CsvButton path="/api/tariffs" name="tariffs" />
          {mayOperate && (
            <Button component={Link} href="/new-tariff" size="xs" leftSection={<IconPlus size={16} />}>
              {t("newTariff")}
            </Button>
          )}
        </>
      }
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.tariff(id))}
      empty={t("noTariffs")}
    />
  );
}

/** The first element that names each kind: what applies if nothing restricts it. */
function pricesOf({ elements, currency }: Tariff, format: Format, t: (key: string) => string): string {
  const components = elements.flatMap(({ priceComponents }) => priceComponents);
  const kinds = [...new Set(components.map(({ type }) => type))];
  return kinds
    .map((kind) => {
      const prices = components.filter(({ type }) => type === kind).map(({ price }) => price);
      const [least, most] = [Math.min(...prices), Math.max(...prices)];
      const range = least === most ? [least] : [least, most];
      return `${range.map((price) => format.price(price, currency)).join("–")}${t(`per.${kind}`)}`;
    })
    .join(", ");
}
