// The first page: the fleet at a glance, and what is wrong with it.
import { Grid, SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";
import { Figure } from "./figure";
import { Shares } from "./shares";
import { TroubleList } from "./trouble";

const TROUBLE = 20;
const RENEW_MS = 15_000;

export default function Overview() {
  const { t } = useTranslation("overview");
  const { t: common } = useTranslation();
  const format = useFormat();
  const since = useToday();
  const query = $api.useQuery(
    "get",
    "/api/overview",
    { params: { query: { since, trouble: TROUBLE } } },
    { refetchInterval: RENEW_MS },
  );
  if (query.data === undefined) {
    return (
      <Page title={common("pages.overview")}>
        {query.error ? <Failure error={query.error} retry={query.refetch} /> : <Loading />}
      </Page>
    );
  }
  const { at, chargePoints, connectors, sessions, today, trouble } = query.data;
  const revenue = today.revenue.map(({ currency, total }) => format.money(total, currency)).join(" + ");
  return (
    <Page title={common("pages.overview")} about={<About at={at} />}>
      <SimpleGrid cols={{ base: 2, sm: 3, xl: 6 }} spacing="md">
        <Figure
          name={t("connected")}
          value={`${format.number(chargePoints.connected)} / ${format.number(chargePoints.total)}`}
          note={chargePoints.pending > 0 ? t("pending", { count: chargePoints.pending }) : undefined}
          href="/charge-points"
        />
        <Figure
          name={t("charging")}
          value={format.number(connectors.charging)}
          note={t("ofConnectors", { count: connectors.total })}
          href="/charge-points?status=Charging"
        />
        <Figure
          name={t("faulted")}
          value={format.number(connectors.faulted)}
          isBad={connectors.faulted > 0}
          href="/charge-points?status=Faulted"
        />
        <Figure
          name={t("power")}
          value={format.power(sessions.power)}
          note={
            sessions.told < sessions.active
              ? t("told", { count: sessions.active, told: sessions.told })
              : t("sessions", { count: sessions.active })
          }
          href="/sessions?status=active"
        />
        <Figure
          name={t("energy")}
          value={format.energy(today.energy)}
          note={t("begun", { count: today.transactions })}
          href="/sessions"
        />
        <Figure name={t("revenue")} value={revenue || "–"} href="/charge-records" />
      </SimpleGrid>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Shares title={t("byStatus")} counts={connectors.byStatus} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <TroubleList trouble={trouble} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function About({ at }: { at: string }) {
  const { t } = useTranslation("overview");
  return (
    <Text span size="sm">
      {t("counted")} <Ago at={at} />
    </Text>
  );
}

/** When the day of whoever looks began. */
function useToday(): string {
  const [now] = useState(() => new Date());
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}
