// Every command of the charger's version: chosen, filled in, sent, answered; and what was sent before.
import { Alert, Card, Grid, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../api/me";
import { Failure } from "../../../ui/failure";
import { useFilters } from "../../../ui/filters";
import { Loading } from "../../../ui/loading";
import type { PartProps } from "../tabs";
import { Composer } from "./composer";
import { History } from "./history";
import { useCommandSchemas } from "./schemas";

export default function Commands({ charger }: PartProps) {
  const isOperator = useMay("operator");
  return (
    <Stack gap="lg">
      {isOperator && <Choice charger={charger} />}
      <History charger={charger} />
    </Stack>
  );
}

function Choice({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const [{ action, form }, change] = useFilters(["action", "form"]);
  const version = charger.ocppVersion;
  const schemas = useCommandSchemas(version ?? "1.6");
  if (version === null) return <Alert color="gray">{t("commands.neverConnected")}</Alert>;
  if (schemas.error) return <Failure error={schemas.error} retry={schemas.refetch} />;
  if (schemas.data === undefined) return <Loading />;
  const schema = action === undefined ? undefined : schemas.data.request(action);
  return (
    <Card withBorder padding="md">
      <Grid align="flex-end" mb="md">
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Select
            label={t("commands.action", { version })}
            placeholder={t("commands.choose")}
            data={schemas.data.actions}
            value={action ?? null}
            onChange={(name) => change({ action: name })}
            searchable
            nothingFoundMessage={t("commands.noSuchAction")}
          />
        </Grid.Col>
        <Grid.Col span="content">
          <SegmentedControl
            aria-label={t("commands.how")}
            data={[
              { value: "form", label: t("commands.asForm") },
              { value: "json", label: t("commands.asJson") },
            ]}
            value={form ?? "form"}
            onChange={(value) => change({ form: value === "json" ? value : null })}
          />
        </Grid.Col>
      </Grid>
      {schema === undefined || action === undefined ? (
        <Text c="dimmed" size="sm">
          {t("commands.about")}
        </Text>
      ) : (
        <Composer key={action} charger={charger} action={action} schema={schema} isRaw={form === "json"} />
      )}
    </Card>
  );
}
