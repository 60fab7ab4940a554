// What came of a command: its state, the charger's answer, and whatever should be said about it.
import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { answeredStatus } from "../../../ui/command-outcome";
import { FactList } from "../../../ui/fact-list";
import { JsonView } from "../../../ui/json-view";
import { Status } from "../../../ui/status";
import { Ago } from "../../../ui/time";

export function Answer({ command }: { command: Schemas["Command"] }) {
  const { t } = useTranslation("charger");
  const { action, status, response, error, remarks, requestedBy, createdAt, sentAt, finishedAt, expiresAt } = command;
  const said = answeredStatus(command);
  return (
    <Stack gap="sm" role="group" aria-label={t("commands.answerTo", { action })}>
      <Group gap="xs">
        <Text fw={600}>{action}</Text>
        <Status value={status} />
        {said !== undefined && <Status value={said} />}
      </Group>
      {error !== null && (
        <Text size="sm" c="red">
          {[error.code, error.description].filter(Boolean).join(": ")}
        </Text>
      )}
      {remarks.map((remark) => (
        <Text key={remark} size="sm">
          {remark}
        </Text>
      ))}
      {response != null && <JsonView value={response} label={t("commands.answer")} />}
      <FactList
        facts={[
          [t("commands.by"), requestedBy],
          [t("commands.created"), <Ago key="created" at={createdAt} />],
          [t("commands.sent"), sentAt && <Ago key="sent" at={sentAt} />],
          [t("commands.finished"), finishedAt && <Ago key="finished" at={finishedAt} />],
          [t("commands.expires"), status === "queued" && expiresAt && <Ago key="expires" at={expiresAt} />],
        ]}
      />
    </Stack>
  );
}
