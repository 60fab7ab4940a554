// What was said between chargers and this system, searched across all of them.
import { Drawer, Progress, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { JsonView } from "../../ui/json-view";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";

type Message = Schemas["FleetMessage"];

const FILTERS = ["chargePointId", "text", "action", "messageId", "direction", "errors"] as const;
const DIRECTIONS = ["in", "out", "event"] as const;

export default function Log() {
  const { t } = useTranslation("log");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [values, change] = useFilters(FILTERS);
  const [opened, setOpened] = useState<Message>();
  const query = {
    ...values,
    direction: DIRECTIONS.find((direction) => direction === values.direction),
    errors: values.errors === undefined ? undefined : values.errors === "true",
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/messages", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Message>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ at }) => format.time(at) },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      { id: "direction", header: t("direction"), width: 100, cell: ({ direction }) => t(`directions.${direction}`) },
      { id: "action", header: t("action"), width: 200, cell: ({ action }) => action ?? "–" },
      { id: "frame", header: t("frame"), width: 480, cell: ({ frame }) => <code>{frame}</code> },
    ],
    [t, format],
  );
  return (
    <Page
      title={common("pages.log")}
      about={t("about")}
      actions={<CsvButton path="/api/messages" query={values} name="messages" />}
    >
      <FilterBar
        filters={[
          { name: "text", label: t("text") },
          { name: "chargePointId", label: t("charger") },
          { name: "action", label: t("action") },
          { name: "messageId", label: t("messageId") },
          {
            name: "direction",
            label: t("direction"),
            options: DIRECTIONS.map((value) => ({ value, label: t(`directions.${value}`) })),
          },
          { name: "errors", label: t("errors"), options: [{ value: "true", label: t("onlyErrors") }] },
        ]}
        values={values}
        onChange={change}
      />
      <Searched pages={list.data?.pages} />
      <DataTable
        label={common("pages.log")}
        list={list}
        columns={columns}
        rowKey={({ chargePointId, seq }) => `${chargePointId} ${seq}`}
        onOpen={setOpened}
        empty={t(list.hasNextPage ? "searching" : "none")}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="lg"
        title={opened && `${opened.chargePointId} · ${opened.action ?? t(`directions.${opened.direction}`)}`}
        closeButtonProps={{ "aria-label": common("cancel") }}
      >
        {opened !== undefined && (
          <Stack>
            <Text size="sm">{format.time(opened.at)}</Text>
            <JsonView value={pretty(opened.frame)} label={t("frame")} />
            {opened.answer !== null && <JsonView value={pretty(opened.answer)} label={t("answer")} />}
          </Stack>
        )}
      </Drawer>
    </Page>
  );
}

type Searched = { searched: { chargePoints: number; remaining: number; unanswered: string[] } };

/** The search goes from charger to charger: how far it is, and who could not be asked. */
function Searched({ pages }: { pages: readonly Searched[] | undefined }) {
  const { t } = useTranslation("log");
  const last = pages?.at(-1)?.searched;
  if (pages === undefined || last === undefined) return null;
  const done = pages.reduce((sum, { searched }) => sum + searched.chargePoints, 0);
  const unanswered = pages.flatMap(({ searched }) => searched.unanswered);
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t("searched", { done, remaining: last.remaining })}
        {unanswered.length > 0 && ` ${t("unanswered", { names: unanswered.join(", ") })}`}
      </Text>
      {last.remaining > 0 && (
        <Progress size="xs" value={(done / (done + last.remaining)) * 100} aria-label={t("searching")} />
      )}
    </div>
  );
}

/** Frames are shown as they came; those that are JSON in lines. */
function pretty(frame: string): string {
  try {
    return JSON.stringify(JSON.parse(frame), null, 2);
  } catch {
    return frame;
  }
}
