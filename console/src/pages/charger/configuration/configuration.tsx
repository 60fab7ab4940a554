// The configuration keys of a 1.6 charger, as far as it told them, and a way to change those that may be.
import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { type Column, DataTable } from "../../../ui/data-table";
import { whole } from "../../../ui/list";
import { RowButton } from "../../../ui/row-button";
import { Ago } from "../../../ui/time";
import type { PartProps } from "../tabs";
import { useSend } from "../use-send";
import { ValueDialog } from "./value-dialog";

type Key = Schemas["Configuration"]["items"][number];

export default function Configuration({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const { id, connected } = charger;
  const mayChange = useMay("operator") && connected;
  const [open, setOpen] = useState<Key>();
  const [wanted, setWanted] = useState("");
  const query = $api.useQuery("get", "/api/charge-points/{id}/configuration", { params: { path: { id } } });
  const command = (action: string, payload: Record<string, unknown>) =>
    api.POST("/api/charge-points/{id}/commands", { params: { path: { id } }, body: { action, payload } });
  const read = useSend(() => command("GetConfiguration", {}), t("configuration.read"));
  const change = useSend(
    (value: string) => command("ChangeConfiguration", { key: open?.key, value }),
    open?.key ?? "",
    () => setOpen(undefined),
  );
  const columns = useMemo<Column<Key>[]>(
    () => [
      {
        id: "key",
        header: t("configuration.key"),
        width: 300,
        cell: (item) =>
          mayChange && !item.readonly ? <RowButton onClick={() => setOpen(item)}>{item.key}</RowButton> : item.key,
      },
      {
        id: "value",
        header: t("configuration.value"),
        width: 360,
        cell: ({ value }) => <span title={value}>{value ?? "–"}</span>,
      },
      {
        id: "readonly",
        header: t("configuration.access"),
        width: 130,
        cell: ({ readonly }) => t(readonly ? "configuration.readonly" : "configuration.readWrite"),
      },
      { id: "at", header: t("configuration.told"), width: 130, cell: ({ at }) => <Ago at={at} /> },
    ],
    [t, mayChange],
  );
  const list = whole(filtered(query, wanted));
  const unknownKeys = query.data?.unknownKeys ?? [];
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <TextInput
          size="xs"
          label={t("configuration.find")}
          value={wanted}
          onChange={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={16} />}
          disabled={!mayChange}
          loading={read.isPending}
          onClick={() => read.mutate()}
        >
          {t("configuration.read")}
        </Button>
      </Group>
      <DataTable
        label={t("tabs.configuration")}
        list={list}
        columns={columns}
        rowKey={({ key }) => key}
        empty={t("configuration.none")}
      />
      {unknownKeys.length > 0 && (
        <Alert color="gray" title={t("configuration.unknown")}>
          {unknownKeys.join(", ")}
        </Alert>
      )}
      {open && (
        <ValueDialog
          key={open.key}
          name={open.key}
          value={open.value ?? ""}
          error={change.error}
          isBusy={change.isPending}
          onSave={change.mutate}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Stack>
  );
}

interface ConfigurationQuery {
  data: Schemas["Configuration"] | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

function filtered({ data, error, isPending, refetch }: ConfigurationQuery, wanted: string) {
  const text = wanted.toLowerCase();
  const items = data?.items.filter(({ key, value = "" }) => `${key} ${value}`.toLowerCase().includes(text));
  return { data: items && { items, nextCursor: null }, error, isPending, refetch };
}
