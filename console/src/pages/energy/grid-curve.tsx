// What the grid asks of one transformer in the next day.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { Curve, type Series } from "../../ui/curve";
import { Failure } from "../../ui/failure";
import { Section } from "../../ui/section";
import { momentsOf, valuesAt } from "../../ui/steps";

const WATTS_PER_KW = 1000;

export function GridCurve({ transformerId }: { transformerId: string }) {
  const { t } = useTranslation("energy");
  const limits = $api.useQuery("get", "/api/dso-signals/curve", {
    params: { query: { transformerId, type: "capacityLimit" } },
  });
  const tariffs = $api.useQuery("get", "/api/dso-signals/curve", {
    params: { query: { transformerId, type: "duosTariff" } },
  });
  const { times, series } = useMemo(() => {
    const steps = { limits: limits.data?.items ?? [], tariffs: tariffs.data?.items ?? [] };
    const times = momentsOf([...steps.limits, ...steps.tariffs]);
    const at = (items: typeof steps.limits, scale: number) =>
      valuesAt(times, items, ({ value }) => (value === null ? null : value / scale));
    const series: Series[] = [
      { label: t("signals.limit"), unit: "kW", values: at(steps.limits, WATTS_PER_KW), isStepped: true },
      { label: t("signals.tariff"), unit: t("perKwh"), values: at(steps.tariffs, 1), isStepped: true },
    ];
    return { times, series: series.filter(({ values }) => values.some((value) => value !== null)) };
  }, [limits.data, tariffs.data, t]);
  const error = limits.error ?? tariffs.error;
  return (
    <Section title={t("curveOf", { transformerId })}>
      {error !== null && <Failure error={error} retry={limits.refetch} />}
      {series.length === 0 ? (
        t("nothingAsked")
      ) : (
        <Curve label={t("curveOf", { transformerId })} times={times} series={series} height={240} />
      )}
    </Section>
  );
}
