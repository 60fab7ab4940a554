// Firmware images: what can be sent to chargers.
import { Anchor, Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";
import { NewImage } from "./new-image";

type Image = Schemas["FirmwareImage"];

export default function Firmware() {
  const { t } = useTranslation("firmware");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayChange = useMay("operator");
  const [isAdding, { open, close }] = useDisclosure();
  const [values, change] = useFilters(["vendor", "model", "version"]);
  const query = { ...values, limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/firmware", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Image>[]>(
    () => [
      { id: "version", header: t("version"), width: 140, cell: ({ version }) => version },
      { id: "name", header: t("file"), width: 240, cell: ({ name }) => name },
      {
        id: "for",
        header: t("for"),
        width: 200,
        cell: ({ vendor, model }) => [vendor, model].filter(Boolean).join(" ") || t("any"),
      },
      { id: "size", header: t("size"), width: 110, align: "end", cell: ({ size }) => format.bytes(size) },
      {
        id: "signed",
        header: t("signature"),
        width: 110,
        cell: ({ signature }) => t(signature === null ? "unsigned" : "signed"),
      },
      { id: "created", header: t("registered"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
      { id: "actions", header: "", width: 220, cell: (image) => mayChange && <Actions image={image} /> },
    ],
    [t, format, mayChange],
  );
  return (
    <Page
      title={common("pages.firmware")}
      about={t("about")}
      actions={
        <Group gap="xs">
          <CsvButton path="/api/firmware" query={values} name="firmware" />
          {mayChange && (
            <Button size="xs" onClick={open}>
              {t("register")}
            </Button>
          )}
        </Group>
      }
    >
      <FilterBar
        filters={[
          { name: "vendor", label: t("vendor") },
          { name: "model", label: t("model") },
          { name: "version", label: t("version") },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={common("pages.firmware")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("none")}
      />
      {isAdding && <NewImage onClose={close} />}
    </Page>
  );
}

function Actions({ image: { id, name, version } }: { image: Image }) {
  const { t } = useTranslation("firmware");
  const { t: common } = useTranslation();
  const removal = useChange({ done: t("deleted", { version }), stale: ["/api/firmware"] });
  const remove = (): void =>
    ask({
      title: t("deleteTitle"),
      body: t("deleteBody", { name }),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () =>
        void removal.run(() => api.DELETE("/api/firmware/{firmwareId}", { params: { path: { firmwareId: id } } })),
    });
  return (
    <Group gap="sm" wrap="nowrap">
      <Anchor component={Link} href={`/campaigns/new?firmwareId=${id}`} size="sm">
        {t("rollOut")}
      </Anchor>
      <Anchor component="button" size="sm" c="red" onClick={remove}>
        {common("delete")}
      </Anchor>
    </Group>
  );
}
