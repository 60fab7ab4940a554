// The door.
import { Anchor, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { queryClient } from "../api/queries";
import { beginSession } from "../api/session";
import { Failure } from "../ui/failure";

export function SignIn() {
  const { t } = useTranslation();
  useDocumentTitle(`${t("signIn")} · ov2x-edge`);
  const [error, setError] = useState<unknown>();
  const form = useForm({
    initialValues: { username: "", password: "" },
    validate: {
      username: (value) => (value === "" ? t("needed") : null),
      password: (value) => (value === "" ? t("needed") : null),
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
            <Anchor href="/api/" size="sm">
              {t("apiDocs")}
            </Anchor>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
