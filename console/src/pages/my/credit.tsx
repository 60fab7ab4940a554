// What I have, what I paid, and what my sessions cost.
import { Group, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";

const LOOK_AGAIN_MS = 10_000;

export default function MyCredit() {
  const { t } = useTranslation("drive");
  const { t: common } = useTranslation();
  const format = useFormat();
  const params = { path: { id: "me" }, query: { limit: 200 } };
  // A bill follows its session, and is no event.
  const refetchInterval = LOOK_AGAIN_MS;
  const account = $api.useQuery("get", "/api/users/{id}/credit", { params }, { refetchInterval });
  if (account.error) return <Failure error={account.error} retry={account.refetch} />;
  if (account.data === undefined) return <Loading />;
  const { balances, items } = account.data;
  return (
    <Page title={common("pages.myCredit")}>
      <Group gap="xl">
        {balances.map(({ currency, balance }) => (
          <Figure key={currency} label={t("balance")} value={format.money(balance, currency)} />
        ))}
        {balances.length === 0 && <Figure label={t("balance")} value={t("nothingYet")} />}
      </Group>
      <Table fz="sm" maw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("at")}</Table.Th>
            <Table.Th>{t("what")}</Table.Th>
            <Table.Th ta="end">{t("amount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ id, at, note, cdrId, amount, currency }) => (
            <Table.Tr key={id}>
              <Table.Td>{format.time(at)}</Table.Td>
              <Table.Td>{note ?? t(cdrId === null ? "payment" : "charging")}</Table.Td>
              <Table.Td ta="end">{format.money(amount, currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Page>
  );
}
