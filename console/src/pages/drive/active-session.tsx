// A session of mine that goes on: how long, how much, what it costs now, and the way to end it.
import { Button, Group, Paper, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Figure } from "../../ui/figure";
import { useChange } from "../../ui/mutate";
import { notifyFailure } from "../../ui/notify";
import { Status } from "../../ui/status";

const LOOK_AGAIN_MS = 5_000;

export function ActiveSession({ id }: { id: string }) {
  const { t } = useTranslation("drive");
  const format = useFormat();
  const params = { path: { id } };
  const { data } = $api.useQuery("get", "/api/transactions/{id}", { params }, { refetchInterval: LOOK_AGAIN_MS });
  const change = useChange({ stale: ["/api/transactions", "/api/driver"] });
  if (data === undefined) return null;
  const { chargePointId, startedAt, chargingState, cost } = data;
  const stop = async (): Promise<void> => {
    const { data } = await api.POST("/api/driver/transactions/{id}/stop", { params, body: {} });
    if (data?.accepted === false) notifyFailure(new Error(t("refused", { answer: data.answer })));
  };
  return (
    <Paper withBorder p="md" component="article" aria-label={t("session", { charger: chargePointId })}>
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={650}>{chargePointId}</Text>
          <Status value={chargingState ?? "Charging"} />
        </Group>
        <Button color="red" loading={change.isBusy} onClick={() => void change.run(stop)}>
          {t("stop")}
        </Button>
      </Group>
      <SimpleGrid cols={3} mt="sm">
        <Figure label={t("since")} value={format.duration((Date.now() - Date.parse(startedAt)) / 1000)} />
        <Figure label={t("energy")} value={cost && `${format.number(cost.totalEnergy, 2)} kWh`} />
        <Figure
          label={t("cost")}
          value={cost && format.money(cost.totalCost.inclVat ?? cost.totalCost.exclVat, cost.currency)}
        />
      </SimpleGrid>
    </Paper>
  );
}
