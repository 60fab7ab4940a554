// One job: what the charger told of it, step by step, and what came of it.
import { Anchor, Group, Stack, Table, Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, fetchRaw, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { notifyFailure } from "../../ui/notify";
import { saveAs } from "../../ui/save-as";
import { Status } from "../../ui/status";

type Job = Schemas["Job"];

export function JobDetails({ id }: { id: string }) {
  const { t } = useTranslation("jobs");
  const format = useFormat();
  const { data, error, refetch } = $api.useQuery("get", "/api/jobs/{jobId}", { params: { path: { jobId: id } } });
  if (error) return <Failure error={error} retry={refetch} />;
  if (data === undefined) return <Loading />;
  const { kind, state, chargePointId, reason, firmware, file, statuses, items, createdAt } = data;
  return (
    <Stack>
      <Group justify="space-between">
        <Text fw={600}>
          {t(`kinds.${kind}`)} · {chargePointId}
        </Text>
        <Status value={state} />
      </Group>
      {reason !== null && <Text size="sm">{reason}</Text>}
      {firmware !== null && (
        <Text size="sm">
          {t("versions", { before: firmware.before ?? "–", wanted: firmware.version, booted: firmware.booted ?? "–" })}{" "}
          <Status value={firmware.verification} />
        </Text>
      )}
      {file !== null && <FileLink file={file} />}
      <Timeline active={statuses.length} bulletSize={14} lineWidth={2}>
        <Timeline.Item title={t("asked")}>
          <Text size="xs">{format.time(createdAt)}</Text>
        </Timeline.Item>
        {statuses.map(({ status, at, detail }) => (
          <Timeline.Item key={at + status} title={status}>
            <Text size="xs">
              {format.time(at)} {detail}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {items.length > 0 && <Items items={items} />}
    </Stack>
  );
}

function FileLink({ file }: { file: NonNullable<Job["file"]> }) {
  const format = useFormat();
  const save = async (): Promise<void> => {
    const response = await fetchRaw(`/api/files/${encodeURIComponent(file.id)}/content`);
    saveAs(await response.blob(), file.name);
  };
  return (
    <Anchor component="button" size="sm" ta="start" onClick={() => void save().catch(notifyFailure)}>
      {file.name} ({format.bytes(file.size)})
    </Anchor>
  );
}

function Items({ items }: { items: Job["items"] }) {
  const { t } = useTranslation("jobs");
  return (
    <Table fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("setting")}</Table.Th>
          <Table.Th>{t("wanted")}</Table.Th>
          <Table.Th>{t("found")}</Table.Th>
          <Table.Th>{t("outcome")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => {
          const name = item.key ?? [item.component, item.variable].filter(Boolean).join(".");
          return (
            <Table.Tr key={JSON.stringify([name, item.evseId, item.connectorId, item.variableInstance])}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>{item.wanted ?? "–"}</Table.Td>
              <Table.Td>{item.found ?? "–"}</Table.Td>
              <Table.Td>
                {item.outcome === null ? "–" : <Status value={item.outcome} />} {item.detail}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
