// The machine room: is everything up, does history keep up, what waits, how much is stored, and how the work that nobody
// sees went.
import { Alert, SimpleGrid, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Shards } from "./shards";
import { Work } from "./work";

const LOOK_AGAIN_MS = 10_000;

export default function System() {
  const { t } = useTranslation("system");
  const { t: common } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = $api.useQuery("get", "/api/system", {}, { refetchInterval: LOOK_AGAIN_MS });
  if (data === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;
  const { build, database, files, history, outbox, feed, webhooks, scheduledWork, settings } = data;
  const queued = webhooks?.reduce((sum, webhook) => sum + webhook.queued, 0);
  const framesPerSecond = history?.reduce((sum, shard) => sum + shard.framesPerSecond, 0);
  const bytes = files?.kinds.reduce((sum, kind) => sum + kind.bytes, 0);
  return (
    <Page title={common("pages.system")} about={t("systemAbout")} actions={<Status value={data.status} />}>
      {data.ill.length > 0 && (
        <Alert color="red" variant="light" title={t("ill")}>
          {data.ill.join(", ")}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
        <Figure label={t("version")} value={build?.version} about={build?.commit?.slice(0, 8)} />
        <Figure label={t("frames")} value={framesPerSecond && format.number(framesPerSecond)} />
        <Figure label={t("database")} value={format.bytes(database?.bytes)} about={milliseconds(database?.answerMs)} />
        <Figure label={t("files")} value={format.bytes(bytes)} about={milliseconds(files?.answerMs)} />
        <Figure
          label={t("waiting")}
          value={outbox?.waiting}
          about={outbox !== null && outbox.parked > 0 ? t("parked", { count: outbox.parked }) : undefined}
        />
        <Figure label={t("watchers")} value={feed?.watchers} about={t("webhooksWaiting", { count: queued ?? 0 })} />
      </SimpleGrid>
      <Title order={2}>{t("history")}</Title>
      {history === null ? <Text>{t("notTold")}</Text> : <Shards shards={history} />}
      <Title order={2}>{t("scheduledWork")}</Title>
      {scheduledWork === null ? <Text>{t("notTold")}</Text> : <Work items={scheduledWork} />}
      {settings !== null && <Settings settings={settings} />}
    </Page>
  );
}

function Settings({ settings }: { settings: Record<string, unknown> }) {
  const { t } = useTranslation("system");
  return (
    <>
      <Title order={2}>{t("settings")}</Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xs">
        {Object.entries(settings).map(([name, value]) => (
          <Text key={name} size="sm">
            <code>{name}</code> {value === "" || value === null ? "–" : String(value)}
          </Text>
        ))}
      </SimpleGrid>
    </>
  );
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${Math.round(value)} ms`;
}
