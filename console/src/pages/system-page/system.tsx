// The machine room: is everything up, and how did the scheduled work go?
import { Badge, Group, Paper, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";

const LOOK_AGAIN_MS = 10_000;

export default function System() {
  const { t } = useTranslation("system");
  const { t: common } = useTranslation();
  const health = $api.useQuery("get", "/api/health", {}, { refetchInterval: LOOK_AGAIN_MS });
  const work = $api.useQuery("get", "/api/scheduled-work", {}, { refetchInterval: LOOK_AGAIN_MS });
  return (
    <Page title={common("pages.system")} about={t("systemAbout")}>
      {health.error ? <Failure error={health.error} retry={health.refetch} /> : <HealthLine health={health.data} />}
      <Title order={2}>{t("scheduledWork")}</Title>
      {work.error ? <Failure error={work.error} retry={work.refetch} /> : <Work items={work.data?.items} />}
    </Page>
  );
}

function HealthLine({ health }: { health: Schemas["Health"] | undefined }) {
  const { t } = useTranslation("system");
  if (health === undefined) return <Loading />;
  const isUp = health.database === "ok";
  return (
    <Paper withBorder p="md">
      <Group gap="xl">
        <Text>
          {t("version")} <b>{health.version}</b>
        </Text>
        <Text>
          {t("database")}{" "}
          <Badge color={isUp ? "green" : "red"} variant="light" tt="none">
            {t(isUp ? "up" : "away")}
          </Badge>
        </Text>
      </Group>
    </Paper>
  );
}

function Work({ items }: { items: readonly Schemas["ScheduledWork"][] | undefined }) {
  const { t } = useTranslation("system");
  if (items === undefined) return <Loading />;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("work")}</Table.Th>
            <Table.Th>{t("lastRun")}</Table.Th>
            <Table.Th>{t("result")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ name, summary, startedAt, finishedAt, result, error }) => (
            <Table.Tr key={name}>
              <Table.Td>{summary}</Table.Td>
              <Table.Td>{startedAt === null ? t("never") : <Ago at={finishedAt ?? startedAt} />}</Table.Td>
              <Table.Td>
                {error ??
                  Object.entries(result ?? {})
                    .map(([what, count]) => `${what} ${count}`)
                    .join(", ")}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
