// What the charger did against its specification, and what an operator should see.
import { Code } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { type Column, DataTable } from "../../ui/data-table";
import { whole } from "../../ui/list";
import { Ago } from "../../ui/time";
import type { PartProps } from "./tabs";

export default function Findings({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const query = $api.useQuery("get", "/api/charge-points/{id}/findings", { params: { path: { id: charger.id } } });
  const columns = useMemo<Column<Schemas["Finding"]>[]>(
    () => [
      { id: "code", header: t("findings.code"), width: 220, cell: ({ code }) => <Code>{code}</Code> },
      {
        id: "detail",
        header: t("findings.detail"),
        width: 460,
        cell: ({ detail }) => <span title={detail}>{detail}</span>,
      },
      { id: "count", header: t("findings.count"), width: 80, align: "end", cell: ({ count }) => format.number(count) },
      { id: "lastAt", header: t("findings.last"), width: 130, cell: ({ lastAt }) => <Ago at={lastAt} /> },
      { id: "firstAt", header: t("findings.first"), width: 130, cell: ({ firstAt }) => <Ago at={firstAt} /> },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t("tabs.findings")}
      list={whole(query)}
      columns={columns}
      rowKey={({ code, detail }) => code + detail}
      empty={t("findings.none")}
    />
  );
}
