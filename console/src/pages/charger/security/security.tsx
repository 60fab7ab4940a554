// How the charger proves who it is, the certificates in it, and what it told of attempts on its security.
import { Alert, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../../api/client";
import { useFormat } from "../../../i18n/format";
import { type Column, DataTable } from "../../../ui/data-table";
import { FactList } from "../../../ui/fact-list";
import { Failure } from "../../../ui/failure";
import { CURSOR_PAGING, PAGE_SIZE } from "../../../ui/list";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";
import { Credentials } from "./credentials";

export default function Security({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  return (
    <Stack gap="lg">
      <Profile charger={charger} />
      <Stack gap="xs">
        <Title order={2}>{t("security.certificates")}</Title>
        <Certificates charger={charger} />
      </Stack>
      <Stack gap="xs">
        <Title order={2}>{t("security.events")}</Title>
        <Events charger={charger} />
      </Stack>
    </Stack>
  );
}

function Profile({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const state = $api.useQuery("get", "/api/charge-points/{id}/security", { params: { path: { id: charger.id } } });
  if (state.error) return <Failure error={state.error} retry={state.refetch} />;
  const { targetSecurityProfile: target, moveTrouble, pendingPasswords } = state.data ?? {};
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" align="flex-start">
        <FactList
          facts={[
            [
              t("security.profile"),
              `${charger.securityProfile} · ${t(`security.profiles.${charger.securityProfile}`)}`,
            ],
            [t("security.target"), target],
            [t("security.username"), charger.username ?? charger.id],
            [t("security.password"), t(charger.hasPassword ? "security.hasPassword" : "security.noPassword")],
          ]}
        />
        <Credentials charger={charger} />
      </Group>
      {moveTrouble && (
        <Alert color="red" mt="sm">
          {t(`security.trouble.${moveTrouble}`)}
        </Alert>
      )}
      {pendingPasswords?.map(({ commandId, outcome, since }) => (
        <Text key={commandId} size="sm" mt="xs">
          {t("security.pending")} <Status value={outcome} /> <Ago at={since} />
        </Text>
      ))}
    </Card>
  );
}

type Certificate = Schemas["InstalledCertificate"];

function Certificates({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/certificates",
    { params: { path: { id }, query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Certificate>[]>(
    () => [
      { id: "type", header: t("security.type"), width: 240, cell: ({ certificateType }) => certificateType },
      { id: "name", header: t("security.name"), width: 240, cell: ({ name }) => name ?? t("security.notOurs") },
      { id: "serial", header: t("security.serial"), width: 260, cell: ({ hashData }) => hashData.serialNumber },
      { id: "told", header: t("configuration.told"), width: 130, cell: ({ toldAt }) => <Ago at={toldAt} /> },
    ],
    [t],
  );
  return (
    <DataTable
      label={t("security.certificates")}
      list={list}
      columns={columns}
      rowKey={({ certificateType, hashData }) =>
        `${certificateType} ${hashData.issuerKeyHash} ${hashData.serialNumber}`
      }
      empty={t("security.noCertificates")}
    />
  );
}

type Event = Schemas["SecurityEvent"];

function Events({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/security-events",
    { params: { path: { id }, query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Event>[]>(
    () => [
      { id: "at", header: t("security.at"), width: 180, cell: ({ occurredAt }) => format.time(occurredAt) },
      { id: "type", header: t("security.type"), width: 260, cell: ({ type }) => type },
      {
        id: "critical",
        header: t("security.weight"),
        width: 110,
        cell: ({ critical }) => (critical ? <Status value="critical" /> : "–"),
      },
      { id: "info", header: t("security.info"), width: 380, cell: ({ techInfo }) => techInfo ?? "–" },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("security.events")}
      list={list}
      columns={columns}
      rowKey={({ type, occurredAt, receivedAt }) => type + occurredAt + receivedAt}
      empty={t("security.noEvents")}
    />
  );
}
