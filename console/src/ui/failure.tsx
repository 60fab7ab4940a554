// What could not be read or done, in the server's words, with a way to try again.
import { Alert, Button, List } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/problem";

export function Failure({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const { t } = useTranslation();
  const fields = error instanceof ApiProblem ? (error.body?.errors ?? []) : [];
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={t("failed")} role="alert">
      {error instanceof Error ? error.message : String(error)}
      {fields.length > 0 && (
        <List size="sm" mt="xs">
          {fields.map(({ pointer, detail }) => (
            <List.Item key={pointer + detail}>
              <code>{pointer}</code> {detail}
            </List.Item>
          ))}
        </List>
      )}
      {retry !== undefined && (
        <Button size="xs" variant="light" color="red" mt="sm" onClick={() => void retry()}>
          {t("tryAgain")}
        </Button>
      )}
    </Alert>
  );
}
