// Firmware campaigns: who gets which image, in what waves, and how far they are.
import { Anchor, Button, Group } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { CampaignProgress } from "./progress";

type Campaign = Schemas["FirmwareCampaign"];

const STATES = ["draft", "scheduled", "running", "paused", "finished", "aborted"] as const;

export default function Campaigns() {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const mayChange = useMay("operator");
  const [values, change] = useFilters(["state"]);
  const query = { state: STATES.find((state) => state === values.state), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/firmware-campaigns", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Campaign>[]>(
    () => [
      {
        id: "name",
        header: t("name"),
        width: 260,
        cell: ({ id, name }) => (
          <Anchor component={Link} href={`/campaigns/${id}`} size="sm">
            {name}
          </Anchor>
        ),
      },
      { id: "state", header: t("state"), width: 120, cell: ({ state }) => <Status value={state} /> },
      {
        id: "wave",
        header: t("wave"),
        width: 90,
        align: "end",
        cell: ({ wave, waveCount }) => `${wave} / ${waveCount}`,
      },
      {
        id: "progress",
        header: t("progress"),
        width: 260,
        cell: ({ progress }) => <CampaignProgress progress={progress} />,
      },
      { id: "created", header: t("created"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t],
  );
  return (
    <Page
      title={common("pages.campaigns")}
      about={t("about")}
      actions={
        mayChange && (
          <Group gap="xs">
            <Button size="xs" component={Link} href="/campaigns/new">
              {t("new")}
            </Button>
          </Group>
        )
      }
    >
      <FilterBar filters={[{ name: "state", label: t("state"), options: STATES }]} values={values} onChange={change} />
      <DataTable
        label={common("pages.campaigns")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={({ id }) => navigate(`/campaigns/${id}`)}
        empty={t("none")}
      />
    </Page>
  );
}
