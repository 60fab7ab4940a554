// A secret that is shown this once.
import { Alert, Button, Code, CopyButton, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Secret({ value, about }: { value: string; about: string }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="yellow" variant="light">
        {about}
      </Alert>
      <Group wrap="nowrap">
        <Code block flex={1} data-testid="secret">
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="xs" variant={copied ? "light" : "filled"} onClick={copy}>
              {t("copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
