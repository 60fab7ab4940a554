// A session that runs: since when, for whom, what it took, and its curves as they grow.
import { Button, Card, Group, Text, Title } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { useFormat } from "../../../i18n/format";
import { useMeterValues } from "../../../live/meter-values";
import { tellOutcome, tellRefusal } from "../../../ui/command-outcome";
import { ask } from "../../../ui/confirm";
import { Curve } from "../../../ui/curve";
import { FactList } from "../../../ui/fact-list";
import { curvesOf } from "../../../ui/meter-series";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";

interface SessionCardProps extends PartProps {
  session: Schemas["Transaction"];
}

export function SessionCard({ session, charger }: SessionCardProps) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const { meterValues } = useMeterValues(session.id);
  const { times, series } = useMemo(() => curvesOf(meterValues), [meterValues]);
  const labelled = useMemo(
    () => series.map(({ name, ...rest }) => ({ ...rest, label: t(`curves.${name}`) })),
    [series, t],
  );
  const energy = energyOf(session, meterValues);
  const last = times.at(-1);
  const isOperator = useMay("operator");
  return (
    <Card withBorder padding="md" component="section" aria-label={t("session.title")}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>
          <Text component={Link} href={`/sessions/${encodeURIComponent(session.id)}`} inherit c="inherit">
            {t("session.title")}
          </Text>
        </Title>
        {isOperator && <StopButton session={session} charger={charger} />}
      </Group>
      <Group align="flex-start" gap="xl" mb="sm">
        <FactList
          facts={[
            [t("session.energy"), <b key="energy">{format.energy(energy)}</b>],
            [t("session.started"), <Ago key="started" at={session.startedAt} />],
            [t("session.idToken"), session.idToken ?? t("session.nobody")],
          ]}
        />
        <FactList
          facts={[
            [t("session.connector"), session.connectorId],
            [t("session.state"), session.chargingState && <Status key="state" value={session.chargingState} />],
            [t("session.reading"), last && <Ago key="reading" at={new Date(last).toISOString()} />],
          ]}
        />
      </Group>
      {series.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t("session.noReadings")}
        </Text>
      ) : (
        <Curve label={t("session.curve", { count: times.length })} times={times} series={labelled} />
      )}
    </Card>
  );
}

/** Wh, by the newest reading of the register; while it has none, what the server knows. */
function energyOf({ meterStart, energy }: Schemas["Transaction"], meterValues: readonly Schemas["MeterValue"][]) {
  const registers = meterValues.flatMap(({ sampledValue }) =>
    sampledValue.filter(({ measurand, phase }) => measurand === "Energy.Active.Import.Register" && phase == null),
  );
  const last = registers.at(-1);
  if (last?.value == null || meterStart === null) return energy;
  return last.value * (last.unit === "kWh" ? 1000 : 1) - meterStart;
}

function StopButton({ session, charger }: SessionCardProps) {
  const { t } = useTranslation("charger");
  const stop = (): void => {
    const body = { transactionId: session.id };
    void api
      .POST("/api/charge-points/{id}/stop", { params: { path: { id: charger.id } }, body })
      .then(({ data }) => data && tellOutcome(data))
      .catch((error) => tellRefusal(error, t("session.stop")));
  };
  return (
    <Button
      size="xs"
      color="red"
      variant="light"
      leftSection={<IconPlayerStop size={16} />}
      disabled={!charger.connected}
      onClick={() =>
        ask({
          title: t("session.stop"),
          body: t("session.stopBody"),
          confirm: t("session.stop"),
          isDangerous: true,
          onConfirm: stop,
        })
      }
    >
      {t("session.stop")}
    </Button>
  );
}
