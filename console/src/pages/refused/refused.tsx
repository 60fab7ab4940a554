// Chargers that knocked and were not let in: why, how often, and a way to let them in.
import { Button, Code } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { invalidate } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { IconAction } from "../../ui/icon-action";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { notifyFailure } from "../../ui/notify";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";
import { RegisterDialog } from "../charge-points/register-dialog";

type Attempt = Schemas["ConnectionAttempt"];

const FILTERS = ["identity", "reason"] as const;
/** Of those that nobody knows; the others are registered, and their trouble is another. */
const UNKNOWN = /^unknown_/;

export default function Refused() {
  const { t } = useTranslation("refused");
  const { t: common } = useTranslation();
  const format = useFormat();
  const isOperator = useMay("operator");
  const [filters, change] = useFilters(FILTERS);
  const [adding, setAdding] = useState<string>();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/connection-attempts",
    { params: { query: { ...filters, limit: PAGE_SIZE } } },
    { ...CURSOR_PAGING, refetchInterval: 15_000 },
  );
  const columns = useMemo<Column<Attempt>[]>(
    () => [
      { id: "identity", header: t("identity"), width: 150, cell: ({ identity }) => <Code fz="sm">{identity}</Code> },
      { id: "reason", header: t("reason"), width: 190, cell: ({ reason }) => <Code>{reason}</Code> },
      { id: "detail", header: t("detail"), width: 260, cell: ({ detail }) => <span title={detail}>{detail}</span> },
      {
        id: "do",
        header: t("do"),
        width: 230,
        isHidden: !isOperator,
        cell: ({ id, identity, reason }) => (
          <>
            {UNKNOWN.test(reason) && (
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<IconPlus size={14} />}
                onClick={() => setAdding(identity)}
              >
                {t("add")}
              </Button>
            )}
            <IconAction icon={IconX} label={t("forget", { identity })} onClick={() => forget(id)} />
          </>
        ),
      },
      { id: "count", header: t("count"), width: 80, align: "end", cell: ({ count }) => format.number(count) },
      { id: "last", header: t("last"), width: 120, cell: ({ lastAt }) => <Ago at={lastAt} /> },
      { id: "ip", header: t("ip"), width: 130, cell: ({ ip }) => ip ?? "–" },
      { id: "subprotocols", header: t("subprotocols"), width: 170, cell: ({ subprotocols }) => subprotocols ?? "–" },
    ],
    [t, format, isOperator],
  );
  return (
    <Page
      title={common("pages.refused")}
      about={t("about")}
      actions={<CsvButton path="/api/connection-attempts" query={filters} name="refused-connections" />}
    >
      <FilterBar filters={FILTERS.map((name) => ({ name, label: t(name) }))} values={filters} onChange={change} />
      <DataTable
        label={common("pages.refused")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("none")}
      />
      {adding !== undefined && <RegisterDialog identity={adding} onClose={() => setAdding(undefined)} />}
    </Page>
  );
}

function forget(id: string): void {
  void api
    .DELETE("/api/connection-attempts/{id}", { params: { path: { id } } })
    .then(() => invalidate("/api/connection-attempts"))
    .catch((error) => notifyFailure(error));
}
