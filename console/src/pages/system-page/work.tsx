// What is done every hour, and how it went.
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Ago } from "../../ui/time";

export function Work({ items }: { items: readonly Schemas["ScheduledWork"][] }) {
  const { t } = useTranslation("system");
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("work")}</Table.Th>
            <Table.Th>{t("lastRun")}</Table.Th>
            <Table.Th>{t("result")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ name, summary, startedAt, finishedAt, result, error }) => (
            <Table.Tr key={name}>
              <Table.Td>{summary}</Table.Td>
              <Table.Td>{startedAt === null ? t("never") : <Ago at={finishedAt ?? startedAt} />}</Table.Td>
              <Table.Td>
                {error ??
                  Object.entries(result ?? {})
                    .map(([what, count]) => `${what} ${count}`)
                    .join(", ")}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
