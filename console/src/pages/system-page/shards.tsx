// The history writers: how far what was answered is from being in the database.
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";

type Shard = NonNullable<Schemas["System"]["history"]>[number];

export function Shards({ shards }: { shards: readonly Shard[] }) {
  const { t } = useTranslation("system");
  const format = useFormat();
  const seconds = (value: number | null): string => (value === null ? "–" : `${format.number(value, 2)} s`);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table fz="sm" ta="end">
        <Table.Thead>
          <Table.Tr>
            {["shard", "entriesPerSecond", "lag50", "lag99", "batches", "rowsWritten", "failures", "held"].map(
              (name) => (
                <Table.Th key={name} ta="end">
                  {t(name)}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shards.map(({ shard, entriesPerSecond, lagSeconds, batches, rowsWritten, failures, waiting }) => (
            <Table.Tr key={shard}>
              <Table.Td>{shard}</Table.Td>
              <Table.Td>{format.number(entriesPerSecond)}</Table.Td>
              <Table.Td>{seconds(lagSeconds.p50)}</Table.Td>
              <Table.Td>{seconds(lagSeconds.p99)}</Table.Td>
              <Table.Td>{format.number(batches)}</Table.Td>
              <Table.Td>{format.number(rowsWritten)}</Table.Td>
              <Table.Td>{format.number(failures)}</Table.Td>
              <Table.Td>{format.number(waiting)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
