// Configuration templates: settings that chargers of a kind get, by hand or at each boot.
import { Anchor, Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { type Column, DataTable } from "../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";
import { TemplateForm } from "./template-form";

type Template = Schemas["ConfigurationTemplate"];

export default function Templates() {
  const { t } = useTranslation("templates");
  const { t: common } = useTranslation();
  const mayChange = useMay("operator");
  const [edited, setEdited] = useState<Template | "new">();
  const query = { limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/configuration-templates", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Template>[]>(
    () => [
      {
        id: "name",
        header: t("name"),
        width: 240,
        cell: (template) => (
          <Anchor component="button" size="sm" onClick={() => setEdited(template)}>
            {template.name}
          </Anchor>
        ),
      },
      {
        id: "for",
        header: t("for"),
        width: 220,
        cell: ({ vendor, model }) => [vendor, model].filter(Boolean).join(" ") || t("any"),
      },
      { id: "onBoot", header: t("onBoot"), width: 120, cell: ({ onBoot }) => t(onBoot ? "yes" : "no") },
      {
        id: "settings",
        header: t("settings"),
        width: 110,
        align: "end",
        cell: ({ configuration, variables }) => configuration.length + variables.length,
      },
      { id: "version", header: t("version"), width: 90, align: "end", cell: ({ version }) => version },
      { id: "updated", header: t("updated"), cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
    ],
    [t],
  );
  return (
    <Page
      title={common("pages.templates")}
      about={t("about")}
      actions={
        mayChange && (
          <Button size="xs" onClick={() => setEdited("new")}>
            {t("new")}
          </Button>
        )
      }
    >
      <DataTable
        label={common("pages.templates")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={setEdited}
        empty={t("none")}
      />
      {edited !== undefined && (
        <TemplateForm template={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}
