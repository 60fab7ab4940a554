// One charger: what it does now, and everything that is known of it, a tab each. The tab stands in the address.
import { Group, Tabs, Text } from "@mantine/core";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { ChargePointFeedProvider, useChargePointFeed } from "../../live/charge-point";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { TABS } from "./tabs";

export default function Charger({ params }: { params: Record<string, string | undefined> }) {
  const id = params.id ?? "";
  return (
    <ChargePointFeedProvider key={id} id={id}>
      <Known id={id} />
    </ChargePointFeedProvider>
  );
}

function Known({ id }: { id: string }) {
  const charger = $api.useQuery("get", "/api/charge-points/{id}", { params: { path: { id } } });
  if (charger.data === undefined)
    return charger.error ? <Failure error={charger.error} retry={charger.refetch} /> : <Loading />;
  return (
    <Page title={charger.data.id} about={<About charger={charger.data} />}>
      <Parts charger={charger.data} />
    </Page>
  );
}

function About({ charger }: { charger: Schemas["ChargePointNow"] }) {
  const { t } = useTranslation("charger");
  const feed = useChargePointFeed();
  const { connected, connectedAt, awaySince, lastSeenAt, status, vendor, model, ocppVersion, firmwareVersion } =
    charger;
  const made = [vendor, model].filter(Boolean).join(" ");
  return (
    <Group gap="xs" mt={4}>
      <Status value={connected ? "online" : "offline"} />
      <Text size="sm" span>
        {connected ? t("since") : t("lastSeen")} <Ago at={connected ? connectedAt : (awaySince ?? lastSeenAt)} />
      </Text>
      {connected && <Status value={status} />}
      {made !== "" && <Text size="sm" span>{`· ${made}`}</Text>}
      {ocppVersion !== null && <Text size="sm" span>{`· OCPP ${ocppVersion}`}</Text>}
      {firmwareVersion !== null && <Text size="sm" span>{`· ${t("firmware")} ${firmwareVersion}`}</Text>}
      {feed === "away" && (
        <Text size="sm" span c="red">
          {t("feedAway")}
        </Text>
      )}
    </Group>
  );
}

function Parts({ charger }: { charger: Schemas["ChargePointNow"] }) {
  const { t } = useTranslation("charger");
  const [search, setSearch] = useSearchParams();
  const shown = TABS.filter(({ fits }) => fits?.(charger) ?? true);
  const open = shown.find(({ name }) => name === search.get("tab")) ?? shown[0];
  const Part = open?.component;
  return (
    <Tabs
      value={open?.name ?? null}
      // The filters of one tab mean nothing to the next.
      onChange={(name) => setSearch(name === null || name === "now" ? {} : { tab: name })}
      keepMounted={false}
      display="flex"
      style={{ flexDirection: "column", flex: 1, minHeight: 0 }}
    >
      <Tabs.List style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }} aria-label={t("parts")}>
        {shown.map(({ name }) => (
          <Tabs.Tab key={name} value={name} style={{ whiteSpace: "nowrap" }}>
            {t(`tabs.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={open?.name ?? ""} pt="md" style={{ flex: 1, minHeight: 0 }}>
        <Suspense fallback={<Loading />}>{Part && <Part charger={charger} />}</Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
