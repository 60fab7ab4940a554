// The charger's OCPP log: both directions, searched by the server, followed live.
import { Group, Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../../api/client";
import { useHeard } from "../../../live/charge-point";
import { CsvButton } from "../../../ui/csv-button";
import { FilterBar } from "../../../ui/filter-bar";
import { useFilters } from "../../../ui/filters";
import { CURSOR_PAGING, type ListQuery, PAGE_SIZE } from "../../../ui/list";
import type { PartProps } from "../tabs";
import { MessageTable } from "./message-table";

type Message = Schemas["Message"];

const FILTERS = ["text", "action", "direction", "messageId", "errors"] as const;
/** The newest that were heard; older ones lie in the log. */
const MOST_HEARD = 500;

export default function Messages({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const [filters, change] = useFilters(FILTERS);
  const [isFollowing, setFollowing] = useState(true);
  const query = { ...filters, direction: direction(filters.direction), errors: filters.errors === "true" || undefined };
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/messages",
    { params: { path: { id }, query: { ...query, limit: PAGE_SIZE } } },
    { ...CURSOR_PAGING, refetchOnWindowFocus: false },
  );
  const heard = useHeardMessages();
  // What is filtered is the server's to find.
  const isFiltered = Object.keys(filters).length > 0;
  const shown = isFollowing && !isFiltered ? withHeard(list, heard) : list;
  return (
    <Stack gap="sm" h="calc(100dvh - 240px)" mih={360}>
      <Group justify="space-between" align="flex-end">
        <FilterBar
          values={filters}
          onChange={change}
          filters={[
            { name: "text", label: t("messages.text") },
            { name: "action", label: t("messages.action") },
            {
              name: "direction",
              label: t("messages.direction"),
              options: (["in", "out", "event"] as const).map((value) => ({ value, label: t(`messages.${value}`) })),
            },
            { name: "messageId", label: t("messages.messageId") },
            {
              name: "errors",
              label: t("messages.errors"),
              options: [{ value: "true", label: t("messages.onlyErrors") }],
            },
          ]}
        />
        <Group gap="sm">
          <Switch
            label={t("messages.follow")}
            checked={isFollowing && !isFiltered}
            disabled={isFiltered}
            onChange={({ currentTarget }) => setFollowing(currentTarget.checked)}
          />
          <CsvButton
            path={`/api/charge-points/${encodeURIComponent(id)}/messages`}
            query={filters}
            name={`messages-${id}`}
          />
        </Group>
      </Group>
      <MessageTable list={shown} />
    </Stack>
  );
}

/** What the feed said since the page was opened, newest first. */
function useHeardMessages(): Message[] {
  const [heard, setHeard] = useState<Message[]>([]);
  useHeard("message", (message) => setHeard((before) => [message, ...before].slice(0, MOST_HEARD)));
  return heard;
}

function withHeard(list: ListQuery<Message>, heard: readonly Message[]): ListQuery<Message> {
  const [first, ...rest] = list.data?.pages ?? [];
  if (first === undefined || list.data === undefined) return list;
  const newest = first.items[0]?.seq ?? -1;
  const fresh = heard.filter(({ seq }) => seq > newest);
  return { ...list, data: { ...list.data, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] } };
}

function direction(text: string | undefined): Message["direction"] | undefined {
  return text === "in" || text === "out" || text === "event" ? text : undefined;
}
