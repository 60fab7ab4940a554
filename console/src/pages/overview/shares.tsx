// How many connectors are in which state: a line each, the bar for the eye.
import { Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Status } from "../../ui/status";

export function Shares({ title, counts }: { title: string; counts: Readonly<Record<string, number>> }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const lines = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const total = lines.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Card withBorder padding="md" h="100%">
      <Title order={2} mb="sm">
        {title}
      </Title>
      {lines.length === 0 && <Text c="dimmed">{t("noConnectors")}</Text>}
      <Stack gap="sm">
        {lines.map(([status, count]) => (
          <div key={status}>
            <Group justify="space-between" mb={4}>
              <Status value={status} />
              <Text size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
                {format.number(count)}
              </Text>
            </Group>
            <Progress value={(100 * count) / total} size="sm" color="gray" aria-label={status} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
