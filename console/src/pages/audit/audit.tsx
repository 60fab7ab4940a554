// Who changed what, newest first.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";

export default function Audit() {
  const { t } = useTranslation("system");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [values, change] = useFilters(["subject"]);
  const query = { ...values, limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/audit-log", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Schemas["AuditEntry"]>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ at }) => format.time(at) },
      { id: "subject", header: t("who"), width: 180, cell: ({ subject }) => subject },
      { id: "method", header: t("method"), width: 90, cell: ({ method }) => method },
      { id: "path", header: t("path"), width: 420, cell: ({ path }) => <code title={path}>{path}</code> },
      { id: "status", header: t("answer"), width: 90, align: "end", cell: ({ status }) => status },
      { id: "ip", header: t("address"), cell: ({ ip }) => ip ?? "–" },
    ],
    [t, format],
  );
  return (
    <Page
      title={common("pages.audit")}
      about={t("auditAbout")}
      actions={<CsvButton path="/api/audit-log" query={values} name="audit-log" />}
    >
      <FilterBar filters={[{ name: "subject", label: t("who") }]} values={values} onChange={change} />
      <DataTable label={common("pages.audit")} list={list} columns={columns} rowKey={({ id }) => String(id)} />
    </Page>
  );
}
