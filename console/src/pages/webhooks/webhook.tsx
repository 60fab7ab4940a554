// One webhook: how its delivery goes, what waits, and what was given up and can be sent again.
import { Alert, Button, Drawer, Group, SimpleGrid, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { type Column, DataTable } from "../../ui/data-table";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { JsonView } from "../../ui/json-view";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { notifyDone, notifyFailure } from "../../ui/notify";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { showSecret, WebhookForm } from "./webhook-form";

type Webhook = Schemas["WebhookNow"];
type Delivery = Schemas["WebhookDelivery"];

const STATES = ["queued", "delivered", "parked"] as const;
/** Deliveries are no events of the fleet. */
const LOOK_AGAIN_MS = 4_000;

export default function WebhookPage({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("webhooks");
  const format = useFormat();
  const webhook = $api.useQuery(
    "get",
    "/api/webhooks/{id}",
    { params: { path: { id } } },
    { refetchInterval: LOOK_AGAIN_MS },
  );
  if (webhook.error) return <Failure error={webhook.error} retry={webhook.refetch} />;
  if (webhook.data === undefined) return <Loading />;
  const { url, description, active, delivery } = webhook.data;
  return (
    <Page
      title={url}
      about={
        <Group gap="xs">
          <Status value={active ? "active" : "paused"} /> {description}
        </Group>
      }
      actions={<Actions webhook={webhook.data} />}
    >
      {delivery.lastError !== null && delivery.failures > 0 && (
        <Alert color="red" variant="light" title={t("away", { count: delivery.failures })}>
          {delivery.lastError} {delivery.retryAt !== null && t("retryAt", { at: format.time(delivery.retryAt) })}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Figure label={t("states.queued")} value={delivery.queued} />
        <Figure label={t("states.parked")} value={delivery.parked} />
        <Figure label={t("dropped")} value={delivery.dropped} />
        <Figure label={t("lastDelivered")} value={format.ago(delivery.lastDeliveredAt)} />
      </SimpleGrid>
      <Deliveries id={id} />
    </Page>
  );
}

function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation("webhooks");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [values, change] = useFilters(["status"]);
  const [opened, setOpened] = useState<Delivery>();
  const query = { status: STATES.find((state) => state === values.status), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery(
    "get",
    "/api/webhooks/{id}/deliveries",
    { params: { path: { id }, query } },
    {
      ...CURSOR_PAGING,
      refetchInterval: LOOK_AGAIN_MS,
    },
  );
  const columns = useMemo<Column<Delivery>[]>(
    () => [
      { id: "queuedAt", header: t("queuedAt"), width: 190, cell: ({ queuedAt }) => format.time(queuedAt) },
      { id: "type", header: t("type"), width: 220, cell: ({ type }) => type },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      { id: "status", header: t("state"), width: 120, cell: ({ status }) => <Status value={status} /> },
      { id: "attempts", header: t("attempts"), width: 100, align: "end", cell: ({ attempts }) => attempts },
      { id: "answer", header: t("answer"), width: 260, cell: ({ statusCode, error }) => error ?? statusCode ?? "–" },
    ],
    [t, format],
  );
  return (
    <>
      <FilterBar
        filters={[
          {
            name: "status",
            label: t("state"),
            options: STATES.map((value) => ({ value, label: t(`states.${value}`) })),
          },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={t("deliveries")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={setOpened}
        empty={t("noDeliveries")}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="lg"
        title={opened?.type}
        closeButtonProps={{ "aria-label": common("cancel") }}
      >
        {opened !== undefined && (
          <Stack>
            <JsonView value={opened.event} label={t("event")} />
            {opened.response !== null && <JsonView value={opened.response} label={t("answer")} />}
          </Stack>
        )}
      </Drawer>
    </>
  );
}

function Actions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const mayChange = useMay("operator");
  const [isChanging, { open, close }] = useDisclosure();
  const change = useChange({ stale: ["/api/webhooks"] });
  if (!mayChange) return null;
  const params = { path: { id: webhook.id } };
  const test = async (): Promise<void> => {
    const { data } = await api.POST("/api/webhooks/{id}/test", { params });
    if (data === undefined) return;
    const words = t(`outcomes.${data.outcome}`, { status: data.statusCode ?? "–", error: data.error ?? "" });
    if (data.outcome === "delivered") notifyDone(words);
    else notifyFailure(new Error(words));
  };
  const rotate = async (): Promise<void> => {
    const { data } = await api.POST("/api/webhooks/{id}/rotate-secret", { params, body: {} });
    if (data !== undefined) showSecret(t("secret"), t("secretAbout"), data.secret);
  };
  const remove = (): void =>
    ask({
      title: t("deleteTitle"),
      body: t("deleteBody"),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () =>
        void change
          .run(() => api.DELETE("/api/webhooks/{id}", { params }))
          .then((isDone) => isDone && navigate("/webhooks")),
    });
  return (
    <>
      {webhook.delivery.parked > 0 && (
        <Button
          size="xs"
          loading={change.isBusy}
          onClick={() => void change.run(() => api.POST("/api/webhooks/{id}/resend", { params, body: {} }))}
        >
          {t("resend", { count: webhook.delivery.parked })}
        </Button>
      )}
      <Button size="xs" variant="default" loading={change.isBusy} onClick={() => void change.run(test)}>
        {t("test")}
      </Button>
      <Button size="xs" variant="default" onClick={open}>
        {t("change")}
      </Button>
      <Button size="xs" variant="default" onClick={() => void change.run(rotate)}>
        {t("rotate")}
      </Button>
      <Button size="xs" variant="light" color="red" onClick={remove}>
        {common("delete")}
      </Button>
      {isChanging && <WebhookForm webhook={webhook} onClose={close} />}
    </>
  );
}
