// What the charger is, as it told and as it was registered.
import { Card, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../i18n/format";
import { FactList } from "../../../ui/fact-list";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";

export function Facts({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const offset = charger.clockOffset;
  return (
    <Card withBorder padding="md">
      <Title order={2} mb="sm">
        {t("facts.title")}
      </Title>
      <FactList
        facts={[
          [t("facts.registration"), <Status key="registration" value={charger.registration} />],
          [t("facts.vendor"), charger.vendor],
          [t("facts.model"), charger.model],
          [t("facts.serialNumber"), charger.serialNumber],
          [t("firmware"), charger.firmwareVersion],
          [t("facts.meter"), [charger.meterType, charger.meterSerialNumber].filter(Boolean).join(" · ") || null],
          [t("facts.sim"), [charger.iccid, charger.imsi].filter(Boolean).join(" · ") || null],
          [t("facts.lastBoot"), charger.lastBootAt && <Ago key="boot" at={charger.lastBootAt} />],
          [t("facts.lastSeen"), <Ago key="seen" at={charger.lastSeenAt} />],
          [t("facts.heartbeat"), charger.heartbeatTold && format.duration(charger.heartbeatTold)],
          [t("facts.clock"), offset && t(offset > 0 ? "facts.ahead" : "facts.behind", { count: Math.abs(offset) })],
          [t("facts.dials"), charger.dialsWithinHour > 1 ? format.number(charger.dialsWithinHour) : null],
          [t("facts.pendingCommands"), charger.pendingCommands || null],
          [t("facts.historyBacklog"), charger.historyBacklog || null],
          [t("facts.note"), charger.note],
        ]}
      />
    </Card>
  );
}
