// A user's account: what is left in each currency, and what came and went.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { type Column, DataTable } from "../../ui/data-table";
import { To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Section } from "../../ui/section";
import { PaymentForm } from "./payment-form";

export function Account({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const [isPaying, setPaying] = useState(false);
  const list = $api.useInfiniteQuery(
    "get",
    "/api/users/{id}/credit",
    { params: { path: { id: userId }, query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Schemas["CreditEntry"]>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ at }) => format.time(at) },
      {
        id: "amount",
        header: t("amount"),
        width: 110,
        align: "end",
        cell: ({ amount, currency }) => format.money(amount, currency),
      },
      {
        id: "for",
        header: t("for"),
        width: 220,
        cell: ({ cdrId, note }) => (cdrId === null ? (note ?? "–") : <To kind="chargeRecord" id={cdrId} />),
      },
      { id: "by", header: t("enteredBy"), cell: ({ enteredBy }) => enteredBy ?? "–" },
    ],
    [t, format],
  );
  const balances = list.data?.pages[0]?.balances ?? [];
  return (
    <Section
      title={t("account")}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setPaying(true)}>
          {t("payment")}
        </Button>
      }
    >
      <Group gap="xl">
        {balances.map(({ currency, balance }) => (
          <Stack key={currency} gap={0}>
            <Text size="xs" c="dimmed">
              {t("balance", { currency })}
            </Text>
            <Text size="xl" fw={650} c={balance < 0 ? "red" : undefined}>
              {format.money(balance, currency)}
            </Text>
          </Stack>
        ))}
      </Group>
      <DataTable
        label={t("account")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("noEntries")}
        maxHeight={420}
      />
      {isPaying && <PaymentForm userId={userId} onClose={() => setPaying(false)} />}
    </Section>
  );
}
