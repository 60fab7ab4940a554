// What a place may draw in the next day, and what a kWh costs there then. Nothing where it is at no location.
import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../../api/client";
import { Curve, type Series } from "../../../ui/curve";
import { Section } from "../../../ui/section";
import { momentsOf, valuesAt } from "../../../ui/steps";
import type { PartProps } from "../tabs";

const WATTS_PER_KW = 1000;

export function Ahead({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const connectors = $api.useQuery("get", "/api/charge-points/{id}/connectors", { params: { path: { id } } });
  const evses = [...new Set(connectors.data?.items.map(({ evseId }) => evseId))].filter((evseId) => evseId > 0);
  const [chosen, choose] = useState<string | null>(null);
  const evseId = chosen === null ? evses[0] : Number(chosen);
  if (evseId === undefined) return null;
  const pick = evses.length > 1 && (
    <Select
      aria-label={t("ahead.place")}
      size="xs"
      w={110}
      allowDeselect={false}
      data={evses.map((one) => ({ value: String(one), label: t("ahead.evse", { evseId: one }) }))}
      value={String(evseId)}
      onChange={choose}
    />
  );
  return <Curves id={id} evseId={evseId} actions={pick} />;
}

function Curves({ id, evseId, actions }: { id: string; evseId: number; actions: React.ReactNode }) {
  const { t } = useTranslation("charger");
  const { data } = $api.useQuery(
    "get",
    "/api/charge-points/{id}/connectors/{evseId}/curves",
    { params: { path: { id, evseId } } },
    // Of no location: that is no failure, there is just nothing to show.
    { retry: false },
  );
  const { times, series } = useMemo(() => {
    const { capacity = [], prices = [] } = data ?? {};
    const times = momentsOf([...capacity, ...prices]);
    const most = valuesAt(times, capacity, (step) => step.most / WATTS_PER_KW);
    const least = valuesAt(times, capacity, (step) => step.least / WATTS_PER_KW);
    const cost = valuesAt(times, prices, ({ price, gridPrice }) => (price === null ? null : price + gridPrice));
    const currency = prices.find((one) => one.currency !== null)?.currency ?? "";
    const series: Series[] = [
      { label: t("ahead.most"), unit: "kW", values: most, isStepped: true },
      { label: t("ahead.least"), unit: "kW", values: least, isStepped: true },
      { label: t("ahead.price"), unit: `${currency}/kWh`, values: cost, isStepped: true },
    ];
    return { times, series: series.filter(({ values }) => values.some((value) => value !== null && value !== 0)) };
  }, [data, t]);
  if (data === undefined) return null;
  return (
    <Section title={t("ahead.title")} actions={actions}>
      <Curve label={t("ahead.title")} times={times} series={series} height={220} />
    </Section>
  );
}
