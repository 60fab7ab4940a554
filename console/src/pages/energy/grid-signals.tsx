// What the grid asks: limits and tariffs by transformer, and how they run over time.
import { Anchor, Badge, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { flagOf, oneOf, useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Status } from "../../ui/status";
import { GridCurve } from "./grid-curve";
import { GridSignalForm } from "./grid-signal-form";
import { ReportDrawer } from "./report-drawer";
import { SignalReport } from "./signal-report";
import { kindOf, type Signal, spanOf, stateOf, TYPES } from "./signal-words";
import { WithdrawSignal } from "./withdraw-signal";

const FILTERS = ["transformerId", "type", "active", "report"] as const;

export default function GridSignals() {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayOperate = useMay("operator");
  const [isNew, setNew] = useState(false);
  const [{ report, ...filters }, change] = useFilters(FILTERS);
  const query = {
    ...filters,
    type: oneOf(TYPES, filters.type),
    active: flagOf(filters.active),
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/dso-signals", { params: { query } }, CURSOR_PAGING);
  const first = list.data?.pages[0]?.items[0]?.transformerId;
  const transformer = filters.transformerId ?? first;
  const columns = useMemo<Column<Signal>[]>(
    () => [
      {
        id: "transformer",
        header: t("transformer"),
        width: 110,
        cell: ({ id, transformerId }) => (
          <Anchor component="button" size="sm" onClick={() => change({ report: id })}>
            {transformerId}
          </Anchor>
        ),
      },
      { id: "type", header: t("type"), width: 120, cell: ({ type }) => t(`signals.${kindOf(type)}`) },
      { id: "state", header: t("state"), width: 100, cell: (signal) => <Status value={stateOf(signal)} /> },
      {
        id: "asks",
        header: t("asks"),
        width: 130,
        cell: ({ periods, unit }) => asks(periods, unit, format.number),
      },
      { id: "from", header: t("from"), width: 170, cell: (signal) => format.time(spanOf(signal).from) },
      { id: "to", header: t("to"), width: 170, cell: (signal) => format.time(spanOf(signal).to) },
      {
        id: "sites",
        header: common("pages.sites"),
        width: 60,
        align: "end",
        cell: ({ siteIds }) =>
          siteIds.length === 0 ? (
            <Badge color="orange" variant="light">
              0
            </Badge>
          ) : (
            siteIds.length
          ),
      },
      { id: "by", header: t("toldBy"), width: 100, cell: ({ createdBy }) => createdBy },
      {
        id: "actions",
        header: "",
        width: 90,
        align: "end",
        isHidden: !mayOperate,
        cell: (signal) =>
          stateOf(signal) !== "over" && stateOf(signal) !== "cancelled" && <WithdrawSignal of={signal} />,
      },
    ],
    [t, common, format, mayOperate, change],
  );
  return (
    <ListPage
      title={common("pages.gridSignals")}
      about={t("signalsAbout")}
      actions={
        <>
          <CsvButton path="/api/dso-signals" query={filters} name="grid-signals" />
          {mayOperate && (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
              {t("newSignal")}
            </Button>
          )}
        </>
      }
      filters={[
        { name: "transformerId", label: t("transformer") },
        {
          name: "type",
          label: t("type"),
          options: TYPES.map((value) => ({ value, label: t(`signals.${kindOf(value)}`) })),
        },
        { name: "active", label: t("state"), options: [{ value: "true", label: t("notOver") }] },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      empty={t("noSignals")}
    >
      {transformer !== undefined && <GridCurve transformerId={transformer} />}
      <ReportDrawer onClose={() => change({ report: null })}>
        {report === undefined ? undefined : <SignalReport id={report} />}
      </ReportDrawer>
      {isNew && <GridSignalForm transformerId={transformer} onClose={() => setNew(false)} />}
    </ListPage>
  );
}

/** A few words for what it asks; of many periods the first. */
function asks(periods: Signal["periods"], unit: string, number: (value: number, digits?: number) => string): string {
  const said = periods.map(({ value }) => {
    const [most = 0, least] = Array.isArray(value) ? value.toReversed() : [value];
    const [scale, name] = unit === "W" ? [1000, "kW"] : [1, unit];
    const one = (amount: number): string => number(amount / scale, 4);
    return least === undefined ? `≤ ${one(most)} ${name}` : `${one(least)} … ${one(most)} ${name}`;
  });
  return [...new Set(said)].slice(0, 2).join(", ") + (new Set(said).size > 2 ? ", …" : "");
}
