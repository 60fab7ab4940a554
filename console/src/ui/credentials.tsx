// Credentials that are shown this once: nobody can read them again.
import { Code, CopyButton, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import i18next from "i18next";

interface ShownCredentials {
  identity: string;
  username: string;
  password: string;
}

export function showCredentials({ identity, username, password }: ShownCredentials): void {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  modals.open({
    title: i18next.t("secret.title", { identity }),
    size: "lg",
    closeButtonProps: { "aria-label": i18next.t("close") },
    children: (
      <Stack gap="sm">
        <Text size="sm">{i18next.t("secret.once")}</Text>
        <Line name={i18next.t("secret.address")} value={`${scheme}://${window.location.host}/ws/ocpp/${identity}`} />
        <Line name={i18next.t("username")} value={username} />
        <Line name={i18next.t("password")} value={password} />
      </Stack>
    ),
  });
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code fz="sm" style={{ overflowWrap: "anywhere" }}>
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <UnstyledButton onClick={copy} aria-label={`${i18next.t("copy")}: ${name}`}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </UnstyledButton>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
