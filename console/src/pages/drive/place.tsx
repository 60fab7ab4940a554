// A location where one may charge: what is free there, what it costs, and the way to begin.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { useChange } from "../../ui/mutate";
import { notifyDone, notifyFailure } from "../../ui/notify";
import { Status } from "../../ui/status";
import { priceWords } from "./price-words";

type Location = Schemas["PublicLocation"];
type Evse = Schemas["PublicEvse"];

export function Place({ place, mayStart }: { place: Location; mayStart: boolean }) {
  const { name, address, city, evses } = place;
  return (
    <Paper withBorder p="md" component="section" aria-label={name ?? address}>
      <Text fw={650}>{name ?? address}</Text>
      <Text size="sm" c="dimmed">
        {[address, city].join(", ")}
      </Text>
      <Stack gap="xs" mt="sm">
        {evses.map((evse) => (
          <Outlet key={`${evse.chargePointId} ${evse.evseId}`} evse={evse} mayStart={mayStart} />
        ))}
      </Stack>
    </Paper>
  );
}

function Outlet({ evse, mayStart }: { evse: Evse; mayStart: boolean }) {
  const { t } = useTranslation("drive");
  const format = useFormat();
  const change = useChange({ stale: ["/api/transactions", "/api/driver"] });
  const { chargePointId, evseId, connected, physicalReference, connectors } = evse;
  const [connector] = connectors;
  const start = async (): Promise<void> => {
    const params = { path: { id: chargePointId } };
    const { data } = await api.POST("/api/driver/charge-points/{id}/start", { params, body: { evseId } });
    if (data?.accepted === true) notifyDone(t("startAccepted"));
    else if (data?.accepted === false) notifyFailure(new Error(t("refused", { answer: data.answer })));
    else notifyDone(t("startSent"));
  };
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Group gap="xs">
          <Text size="sm">
            {chargePointId} · {physicalReference ?? evseId}
          </Text>
          {connector !== undefined && <Status value={t(`statuses.${connected ? connector.status : "unknown"}`)} />}
        </Group>
        {connector !== undefined && (
          <Text size="xs" c="dimmed">
            {[
              connector.standard.replaceAll("_", " "),
              connector.maxElectricPower === null ? undefined : format.power(connector.maxElectricPower),
              connector.tariff === null ? t("free") : priceWords(connector.tariff, format, t),
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        )}
      </div>
      <Button
        size="sm"
        disabled={!mayStart || !connected}
        loading={change.isBusy}
        onClick={() => void change.run(start)}
        aria-label={t("startAt", { charger: chargePointId, evse: evseId })}
      >
        {t("start")}
      </Button>
    </Group>
  );
}
