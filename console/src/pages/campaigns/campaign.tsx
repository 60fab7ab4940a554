// One campaign: its orders, how far it is, and its report, charger by charger.
import { Button, Group, Paper, SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { CampaignProgress } from "./progress";

type Campaign = Schemas["FirmwareCampaign"];
type Row = Schemas["CampaignChargePoint"];

/** A campaign on its way is looked at again this often: its turns are no events of the fleet. */
const LOOK_AGAIN_MS = 4_000;

export default function CampaignPage({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("campaigns");
  const path = { campaignId: id };
  const campaign = $api.useQuery(
    "get",
    "/api/firmware-campaigns/{campaignId}",
    { params: { path } },
    {
      refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : LOOK_AGAIN_MS),
    },
  );
  if (campaign.error) return <Failure error={campaign.error} retry={campaign.refetch} />;
  if (campaign.data === undefined) return <Loading />;
  const { name, state, reason, progress, wave, waveCount } = campaign.data;
  return (
    <Page
      title={name}
      about={
        <Group gap="xs">
          <Status value={state} /> {reason}
        </Group>
      }
      actions={<Orders campaign={campaign.data} />}
    >
      <Paper withBorder p="md">
        <CampaignProgress progress={progress} />
        <SimpleGrid cols={{ base: 2, sm: 4, lg: 8 }} mt="sm">
          <Figure label={t("wave")} value={`${wave} / ${waveCount}`} />
          {(["total", "waiting", "updating", "installed", "failed", "skipped", "notReached"] as const).map((part) => (
            <Figure key={part} label={t(`parts.${part}`)} value={progress[part]} />
          ))}
        </SimpleGrid>
      </Paper>
      <Report id={id} isRunning={!isOver(state)} />
    </Page>
  );
}

function Report({ id, isRunning }: { id: string; isRunning: boolean }) {
  const { t } = useTranslation("campaigns");
  const format = useFormat();
  const path = { campaignId: id };
  const query = { limit: PAGE_SIZE };
  const url = "/api/firmware-campaigns/{campaignId}/charge-points";
  const list = $api.useInfiniteQuery(
    "get",
    url,
    { params: { path, query } },
    {
      ...CURSOR_PAGING,
      refetchInterval: isRunning ? LOOK_AGAIN_MS : false,
    },
  );
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "charger", header: t("charger"), width: 200, cell: ({ chargePointId }) => chargePointId },
      { id: "wave", header: t("wave"), width: 80, align: "end", cell: ({ wave }) => wave },
      { id: "state", header: t("state"), width: 130, cell: ({ state }) => <Status value={state} /> },
      { id: "reason", header: t("reason"), width: 260, cell: ({ reason }) => reason ?? "–" },
      {
        id: "versions",
        header: t("versions"),
        cell: ({ versionBefore, versionAfter }) => `${versionBefore ?? "–"} → ${versionAfter ?? "–"}`,
      },
      { id: "attempts", header: t("attempts"), width: 110, align: "end", cell: ({ attempts }) => attempts },
      { id: "finished", header: t("finished"), width: 190, cell: ({ finishedAt }) => format.time(finishedAt) },
    ],
    [t, format],
  );
  return (
    <>
      <Group justify="flex-end">
        <CsvButton path={url.replace("{campaignId}", encodeURIComponent(id))} name="campaign-report" />
      </Group>
      <DataTable
        label={t("report")}
        list={list}
        columns={columns}
        rowKey={({ chargePointId }) => chargePointId}
        empty={t("fixedAtStart")}
      />
    </>
  );
}

type Order = "start" | "pause" | "resume" | "abort";
const ORDERS: Record<Campaign["state"], readonly Order[]> = {
  draft: ["start"],
  scheduled: ["abort"],
  running: ["pause", "abort"],
  paused: ["resume", "abort"],
  finished: [],
  aborted: [],
};

function Orders({ campaign: { id, name, state, matching } }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const mayChange = useMay("operator");
  const change = useChange({ stale: ["/api/firmware-campaigns"] });
  if (!mayChange) return null;
  const params = { path: { campaignId: id } };
  const give = (order: Order): void =>
    void change.run(() => api.POST(`/api/firmware-campaigns/{campaignId}/${order}`, { params, body: {} }));
  const remove = (): void =>
    ask({
      title: t("deleteTitle"),
      body: t("deleteBody", { name }),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () =>
        void change
          .run(() => api.DELETE("/api/firmware-campaigns/{campaignId}", { params }))
          .then((isDone) => isDone && navigate("/campaigns")),
    });
  return (
    <>
      {ORDERS[state].map((order) => (
        <Button
          key={order}
          size="xs"
          variant={order === "abort" ? "light" : "filled"}
          color={order === "abort" ? "red" : undefined}
          loading={change.isBusy}
          onClick={() =>
            order === "pause" || order === "resume"
              ? give(order)
              : ask({
                  title: t(`orders.${order}Title`),
                  body: t(`orders.${order}Body`, { count: matching ?? 0 }),
                  confirm: t(`orders.${order}`),
                  isDangerous: order === "abort",
                  onConfirm: () => give(order),
                })
          }
        >
          {t(`orders.${order}`)}
        </Button>
      ))}
      {(state === "draft" || isOver(state)) && (
        <Button size="xs" variant="default" onClick={remove}>
          {common("delete")}
        </Button>
      )}
    </>
  );
}

function isOver(state: Campaign["state"] | undefined): boolean {
  return state === "finished" || state === "aborted" || state === "draft";
}
