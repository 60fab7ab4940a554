// Each connector with its status, how old that is, and what is wrong with it.
import { Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../../api/client";
import { Failure } from "../../../ui/failure";
import { Loading } from "../../../ui/loading";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";

type Connector = Schemas["Connector"];

export function Connectors({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const list = $api.useQuery("get", "/api/charge-points/{id}/connectors", { params: { path: { id: charger.id } } });
  if (list.error) return <Failure error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading />;
  if (list.data.items.length === 0) {
    return (
      <Card withBorder padding="md">
        <Text c="dimmed">{t("connectors.none")}</Text>
      </Card>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }} spacing="md">
      {list.data.items.map((connector) => (
        <ConnectorCard
          key={`${connector.evseId}/${connector.connectorId}`}
          connector={connector}
          isTrue={charger.connected && !connector.stale}
          hasEvses={charger.ocppVersion !== "1.6"}
        />
      ))}
    </SimpleGrid>
  );
}

interface ConnectorCardProps {
  connector: Connector;
  /** Whether the charger can be believed to be as it said. */
  isTrue: boolean;
  hasEvses: boolean;
}

function ConnectorCard({ connector, isTrue, hasEvses }: ConnectorCardProps) {
  const { t } = useTranslation("charger");
  const { evseId, connectorId, status, statusAt, errorCode, info, explanation, availability, vendorErrorCode } =
    connector;
  const name = hasEvses ? t("connectors.ofEvse", { evseId, connectorId }) : t("connectors.one", { connectorId });
  const isWrong = errorCode !== null && errorCode !== "NoError";
  return (
    <Card withBorder padding="md" component="section" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Title order={2} size="h4">
          {!hasEvses && connectorId === 0 ? t("connectors.whole") : name}
        </Title>
        <Status value={status} isOld={!isTrue} />
      </Group>
      <Text size="sm" c="dimmed">
        {isTrue ? t("connectors.since") : t("connectors.lastKnown")} <Ago at={statusAt} />
      </Text>
      {isWrong && (
        <Text size="sm" c="red" fw={600}>
          {[errorCode, vendorErrorCode, info].filter(Boolean).join(" · ")}
        </Text>
      )}
      {!isWrong && info !== null && <Text size="sm">{info}</Text>}
      {explanation !== null && <Text size="sm">{explanation}</Text>}
      {availability != null && !availability.operative && <Text size="sm">{t("connectors.inoperative")}</Text>}
    </Card>
  );
}
