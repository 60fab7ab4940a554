// Webhooks: where events are delivered to, and how that goes.
import { Anchor, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { type Column, DataTable } from "../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { WebhookForm } from "./webhook-form";

type Webhook = Schemas["Webhook"];

export default function Webhooks() {
  const { t } = useTranslation("webhooks");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const mayChange = useMay("operator");
  const [isAdding, { open, close }] = useDisclosure();
  const query = { limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/webhooks", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Webhook>[]>(
    () => [
      {
        id: "url",
        header: t("url"),
        width: 360,
        cell: ({ id, url }) => (
          <Anchor component={Link} href={`/webhooks/${id}`} size="sm">
            {url}
          </Anchor>
        ),
      },
      { id: "description", header: t("description"), width: 200, cell: ({ description }) => description ?? "–" },
      { id: "types", header: t("types"), width: 220, cell: ({ types }) => types?.join(", ") ?? t("allTypes") },
      {
        id: "active",
        header: t("state"),
        width: 110,
        cell: ({ active }) => <Status value={active ? "active" : "paused"} />,
      },
      { id: "created", header: t("created"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t],
  );
  return (
    <Page
      title={common("pages.webhooks")}
      about={t("about")}
      actions={
        mayChange && (
          <Button size="xs" onClick={open}>
            {t("new")}
          </Button>
        )
      }
    >
      <DataTable
        label={common("pages.webhooks")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={({ id }) => navigate(`/webhooks/${id}`)}
        empty={t("none")}
      />
      {isAdding && <WebhookForm onClose={close} />}
    </Page>
  );
}
