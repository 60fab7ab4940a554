// What became of a grid signal: what was asked, what the chargers answered, and how far the measured load followed.
import { Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Figure } from "../../ui/figure";
import { Loading } from "../../ui/loading";
import { OrderList } from "./order-list";

const LOOK_AGAIN_MS = 10_000;

export function SignalReport({ id }: { id: string }) {
  const { t } = useTranslation("energy");
  const format = useFormat();
  const params = { path: { id } };
  const report = $api.useQuery("get", "/api/dso-signals/{id}/report", { params }, { refetchInterval: LOOK_AGAIN_MS });
  if (report.data === undefined) {
    return report.error ? <Failure error={report.error} retry={report.refetch} /> : <Loading />;
  }
  const { type, asked, measured, done } = report.data;
  const isLimit = type === "capacityLimit";
  return (
    <Stack>
      <Group gap="xl">
        <Figure label={t("measuredBefore")} value={format.power(measured.before)} />
        <Figure label={t("measuredMean")} value={format.power(measured.mean)} />
      </Group>
      {measured.truncated && <Text size="sm">{t("reportTruncated", { count: measured.sessions })}</Text>}
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("from")}</Table.Th>
            <Table.Th>{t("to")}</Table.Th>
            <Table.Th ta="end">{t("asked")}</Table.Th>
            <Table.Th ta="end">{t("measuredMean")}</Table.Th>
            <Table.Th ta="end">{t("excess")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {asked.map(({ from, to, value, least, measured: load, excess }) => (
            <Table.Tr key={from}>
              <Table.Td>{format.time(from)}</Table.Td>
              <Table.Td>{format.time(to)}</Table.Td>
              <Table.Td ta="end">
                {isLimit
                  ? [least, value].flatMap((watts) => (watts === null ? [] : format.power(watts))).join(" … ")
                  : value}
              </Table.Td>
              <Table.Td ta="end">{format.power(load)}</Table.Td>
              <Table.Td ta="end">{format.power(excess)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <OrderList of={done} />
    </Stack>
  );
}
