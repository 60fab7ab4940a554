// What was asked, what the sites made of it, what the chargers answered, and what was measured.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { Loading } from "../../ui/loading";
import { OrderList } from "./order-list";

const LOOK_AGAIN_MS = 10_000;

export function SetPointReport({ id }: { id: string }) {
  const { t } = useTranslation("energy");
  const format = useFormat();
  const params = { path: { id } };
  const report = $api.useQuery("get", "/api/set-points/{id}/report", { params }, { refetchInterval: LOOK_AGAIN_MS });
  if (report.data === undefined) {
    return report.error ? <Failure error={report.error} retry={report.refetch} /> : <Loading />;
  }
  const { powerW, allocatedW, shortW, measured, done } = report.data;
  return (
    <Stack>
      <Group gap="xl">
        <Figure label={t("asked")} value={format.power(powerW)} />
        <Figure label={t("allocated")} value={format.power(allocatedW)} />
        <Figure label={t("short")} value={format.power(shortW)} />
        <Figure label={t("measuredBefore")} value={format.power(measured.before)} />
        <Figure label={t("measuredMean")} value={format.power(measured.mean)} />
      </Group>
      {measured.truncated && <Text size="sm">{t("reportTruncated", { count: measured.sessions })}</Text>}
      <OrderList of={done} />
    </Stack>
  );
}
