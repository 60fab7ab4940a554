// What a session costs so far, or what its bill says.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Facts } from "../../ui/facts";
import { To } from "../../ui/links";
import { Section } from "../../ui/section";
import { BillOf } from "../money/bill-of";

const SECONDS_PER_HOUR = 3600;

export function SessionCost({ cost, isActive }: { cost: Schemas["RunningCost"]; isActive: boolean }) {
  const { t } = useTranslation("charging");
  const format = useFormat();
  if (cost === null)
    return (
      <Section title={t("cost")}>
        <Text c="dimmed" size="sm">
          {t("noLocation")}
        </Text>
      </Section>
    );
  const { currency, totalCost, totalEnergy, totalExportedEnergy, totalTime, cdrId } = cost;
  return (
    <Section title={t(isActive ? "costSoFar" : "cost")}>
      <Facts
        of={[
          [t("exclVat"), format.money(totalCost.exclVat, currency)],
          [t("inclVat"), totalCost.inclVat === undefined ? null : format.money(totalCost.inclVat, currency)],
          [t("billedEnergy"), `${format.number(totalEnergy, 3)} kWh`],
          [t("energyExported"), `${format.number(totalExportedEnergy, 3)} kWh`],
          [t("duration"), format.duration(totalTime * SECONDS_PER_HOUR)],
          [t("chargeRecord"), cdrId === null ? t("notBilled") : <To kind="chargeRecord" id={cdrId} />],
        ]}
      />
      {cdrId !== null && <BillOf id={cdrId} />}
    </Section>
  );
}
