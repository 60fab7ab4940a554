// A session's measurements over time, of the kinds that the reader chooses.
import { Chip, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMeterValues } from "../../live/meter-values";
import { Curve } from "../../ui/curve";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { Section } from "../../ui/section";
import { curvesOf } from "./readings";

/** What is shown at first, where it is told: more scales than two cannot be read at once. */
const FIRST = new Set(["Power.Active.Import", "Power.Active.Export", "SoC"]);

export function SessionCurve({ id, isActive }: { id: string; isActive: boolean }) {
  const { t } = useTranslation("charging");
  const { meterValues, isWhole, error } = useMeterValues(id);
  const { times, byMeasurand } = useMemo(() => curvesOf(meterValues), [meterValues]);
  const [chosen, setChosen] = useState<string[]>();
  const first = byMeasurand.filter(({ measurand }) => FIRST.has(measurand));
  const shown = chosen ?? (first.length > 0 ? first : byMeasurand.slice(0, 1)).map(({ measurand }) => measurand);
  const series = useMemo(
    () =>
      byMeasurand
        .filter(({ measurand }) => shown.includes(measurand))
        .flatMap(({ measurand, series }) =>
          series.map((one) => {
            const name = t(`measurands.${measurand.replaceAll(".", "_")}`);
            return { ...one, label: one.label === measurand ? name : `${name} ${one.label}` };
          }),
        ),
    [byMeasurand, shown.join(), t],
  );
  return (
    <Section title={t("curve")}>
      {error !== null && <Failure error={error} />}
      {!isWhole && error === null && <Loading />}
      {isWhole && byMeasurand.length === 0 && (
        <Text c="dimmed" size="sm">
          {t(isActive ? "noReadingsYet" : "noReadings")}
        </Text>
      )}
      {byMeasurand.length > 0 && (
        <>
          <Chip.Group multiple value={shown} onChange={setChosen}>
            <Group gap="xs" role="group" aria-label={t("measurandsShown")}>
              {byMeasurand.map(({ measurand }) => (
                <Chip key={measurand} value={measurand} size="xs">
                  {t(`measurands.${measurand.replaceAll(".", "_")}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <Curve label={t("curveAbout", { count: times.length })} times={times} series={series} height={300} />
        </>
      )}
    </Section>
  );
}
