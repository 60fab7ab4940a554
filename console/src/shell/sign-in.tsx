// The door.
import { Anchor, Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { $api, api } from "../api/client";
import { queryClient } from "../api/queries";
import { beginSession } from "../api/session";
import { Failure } from "../ui/failure";
import { needed } from "../ui/form";

export function SignIn() {
  const { t } = useTranslation();
  useDocumentTitle(`${t("signIn")} · ov2x-edge`);
  const [error, setError] = useState<unknown>();
  const form = useForm({
    initialValues: { username: "", password: "" },
    validate: {
      username: needed(t("needed")),
      password: needed(t("needed")),
    },
  });
  const submit = form.onSubmit(async (credentials) => {
    setError(undefined);
    try {
      const { data } = await api.POST("/api/token", { body: credentials });
      if (data === undefined) return;
      queryClient.clear();
      beginSession(data);
    } catch (failure) {
      setError(failure);
    }
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="xl" w={360}>
        <form onSubmit={submit}>
          <Stack>
            <div>
              <Title order={1}>ov2x-edge</Title>
              <Text c="dimmed" size="sm">
                {t("tagline")}
              </Text>
            </div>
            <TextInput label={t("username")} autoComplete="username" autoFocus {...form.getInputProps("username")} />
            <PasswordInput label={t("password")} autoComplete="current-password" {...form.getInputProps("password")} />
            {error !== undefined && <Failure error={error} />}
            <Button type="submit" loading={form.submitting}>
              {t("signIn")}
            </Button>
            <Group justify="space-between">
              <OfferedByPolicy />
              <Anchor href="/api/" size="sm">
                {t("apiDocs")}
              </Anchor>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

/** What the deployment offers to those who cannot sign in. */
function OfferedByPolicy() {
  const { t } = useTranslation();
  const { data } = $api.useQuery("get", "/api/account", {}, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <Group gap="sm">
      {data?.passwordReset && (
        <Anchor component={Link} href="/account/forgotten" size="sm">
          {t("forgotten")}
        </Anchor>
      )}
      {data?.signUp === "open" && (
        <Anchor component={Link} href="/account/sign-up" size="sm">
          {t("signUp")}
        </Anchor>
      )}
    </Group>
  );
}
