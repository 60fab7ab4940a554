// What chargers were told on behalf of the grid, and what they answered.
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";

export function OrderList({ of }: { of: Schemas["SetPointReport"]["done"] }) {
  const { t } = useTranslation("energy");
  return (
    <Table fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("charger")}</Table.Th>
          <Table.Th ta="end">{t("sent")}</Table.Th>
          <Table.Th ta="end">{t("accepted")}</Table.Th>
          <Table.Th ta="end">{t("refused")}</Table.Th>
          <Table.Th ta="end">{t("unanswered")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.map(({ chargePointId, sent, accepted, refused, unanswered }) => (
          <Table.Tr key={chargePointId}>
            <Table.Td>{chargePointId}</Table.Td>
            {Object.entries({ sent, accepted, refused, unanswered }).map(([name, count]) => (
              <Table.Td key={name} ta="end">
                {count}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
