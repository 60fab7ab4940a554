// The device model of a 2.x charger: its variables, as far as it told them, and a way to set those that may be.
import { Button, Group, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { invalidate } from "../../../api/queries";
import { CsvButton } from "../../../ui/csv-button";
import { type Column, DataTable } from "../../../ui/data-table";
import { FilterBar } from "../../../ui/filter-bar";
import { useFilters } from "../../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../../ui/list";
import { notifyDone } from "../../../ui/notify";
import { RowButton } from "../../../ui/row-button";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";
import { useSend } from "../use-send";
import { ValueDialog } from "./value-dialog";
import { actualOf, isSettable, nameOf, requestOf } from "./variable-name";

type Variable = Schemas["Variable"];

const FILTERS = ["component", "variable"] as const;
const LARGEST_REQUEST_ID = 2_147_483_647;

export default function Variables({ charger: { id, connected } }: PartProps) {
  const { t } = useTranslation("charger");
  const mayChange = useMay("operator") && connected;
  const [filters, change] = useFilters(FILTERS);
  const [open, setOpen] = useState<Variable>();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/variables",
    { params: { path: { id }, query: { ...filters, limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const read = useSend(() => {
    const requestId = Math.floor(Math.random() * LARGEST_REQUEST_ID);
    const body = { action: "GetBaseReport", payload: { requestId, reportBase: "FullInventory" } };
    return api.POST("/api/charge-points/{id}/commands", { params: { path: { id } }, body });
  }, t("variables.read"));
  const set = useMutation({
    mutationFn: ({ variable, value }: { variable: Variable; value: string }) =>
      api.POST("/api/charge-points/{id}/variables/set", {
        params: { path: { id } },
        body: { variables: [{ ...requestOf(variable), value }] },
      }),
    onSuccess({ data }) {
      const outcomes = data?.items.map(({ outcome }) => t(`variables.outcomes.${outcome ?? "unanswered"}`)) ?? [];
      notifyDone(outcomes.join(", "));
      setOpen(undefined);
    },
    onSettled: () => invalidate("/api/charge-points/{id}/variables", "/api/charge-points/{id}/jobs"),
  });
  const columns = useMemo<Column<Variable>[]>(
    () => [
      {
        id: "name",
        header: t("variables.name"),
        width: 320,
        cell: (item) =>
          mayChange && isSettable(item) ? (
            <RowButton onClick={() => setOpen(item)}>{nameOf(item)}</RowButton>
          ) : (
            nameOf(item)
          ),
      },
      { id: "value", header: t("configuration.value"), width: 260, cell: (item) => actualOf(item)?.value ?? "–" },
      {
        id: "mutability",
        header: t("configuration.access"),
        width: 120,
        cell: (item) => actualOf(item)?.mutability ?? "–",
      },
      {
        id: "reboot",
        header: t("variables.afterReboot"),
        width: 140,
        cell: (item) => actualOf(item)?.valueAfterReboot ?? "–",
      },
      {
        id: "monitors",
        header: t("variables.monitors"),
        width: 90,
        align: "end",
        cell: ({ monitors }) => monitors.length || "–",
      },
      { id: "at", header: t("configuration.told"), width: 130, cell: ({ at }) => <Ago at={at} /> },
    ],
    [t, mayChange],
  );
  return (
    <Stack gap="sm" h="calc(100dvh - 240px)" mih={360}>
      <Group justify="space-between" align="flex-end">
        <FilterBar
          filters={FILTERS.map((name) => ({ name, label: t(`variables.${name}`) }))}
          values={filters}
          onChange={change}
        />
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={16} />}
            disabled={!mayChange}
            loading={read.isPending}
            onClick={() => read.mutate()}
          >
            {t("variables.read")}
          </Button>
          <CsvButton
            path={`/api/charge-points/${encodeURIComponent(id)}/variables`}
            query={filters}
            name={`variables-${id}`}
          />
        </Group>
      </Group>
      <DataTable
        label={t("tabs.variables")}
        list={list}
        columns={columns}
        rowKey={nameOf}
        empty={t("variables.none")}
      />
      {open && (
        <ValueDialog
          key={nameOf(open)}
          name={nameOf(open)}
          value={actualOf(open)?.value ?? ""}
          error={set.error}
          isBusy={set.isPending}
          onSave={(value) => set.mutate({ variable: open, value })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Stack>
  );
}
