// What the charger does now: its connectors, the sessions that run, and what can be done about them.
import { Card, Grid, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../../api/client";
import { useMay } from "../../../api/me";
import { Failure } from "../../../ui/failure";
import type { PartProps } from "../tabs";
import { Actions } from "./actions";
import { Ahead } from "./ahead";
import { Connectors } from "./connectors";
import { Facts } from "./facts";
import { SessionCard } from "./session-card";

export default function Now({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const isOperator = useMay("operator");
  const sessions = $api.useQuery("get", "/api/transactions", {
    params: { query: { chargePointId: charger.id, status: "active", limit: 20 } },
  });
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="md">
          <Connectors charger={charger} />
          {sessions.error && <Failure error={sessions.error} retry={sessions.refetch} />}
          {sessions.data?.items.map((session) => (
            <SessionCard key={session.id} session={session} charger={charger} />
          ))}
          <Ahead charger={charger} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="md">
          {isOperator && (
            <Card withBorder padding="md">
              <Title order={2} mb="sm">
                {t("actions.title")}
              </Title>
              <Actions charger={charger} />
            </Card>
          )}
          <Facts charger={charger} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
