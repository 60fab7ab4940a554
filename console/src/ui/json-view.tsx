// A value as JSON, to be read and copied.
import { Code, CopyButton, Group, UnstyledButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function JsonView({ value, label }: { value: unknown; label: string }) {
  const { t } = useTranslation();
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <Group align="flex-start" gap="xs" wrap="nowrap">
      {/* What scrolls must be reachable by keyboard. */}
      <Code block tabIndex={0} aria-label={label} style={{ flex: 1, maxHeight: 420, overflow: "auto" }}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <UnstyledButton onClick={copy} aria-label={t("copy")} title={t("copy")}>
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </UnstyledButton>
        )}
      </CopyButton>
    </Group>
  );
}
