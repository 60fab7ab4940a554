// My cards and codes: what I may charge with.
import { Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, api } from "../../api/client";
import { ask } from "../../ui/confirm";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";

export default function MyTokens() {
  const { t } = useTranslation("drive");
  const { t: common } = useTranslation();
  const tokens = $api.useQuery("get", "/api/driver/id-tokens");
  const change = useChange({ stale: ["/api/driver/id-tokens"] });
  const form = useForm({ initialValues: { idToken: "", note: "" } });
  const add = form.onSubmit(async ({ idToken, note }) => {
    const body = { ...(idToken !== "" && { idToken }), note: note || null };
    if (await change.run(() => api.POST("/api/driver/id-tokens", { body }))) form.reset();
  });
  const giveUp = (idToken: string): void =>
    ask({
      title: t("giveUpTitle"),
      body: t("giveUpBody", { idToken }),
      confirm: t("giveUp"),
      isDangerous: true,
      onConfirm: () =>
        void change.run(() => api.DELETE("/api/driver/id-tokens/{idToken}", { params: { path: { idToken } } })),
    });
  if (tokens.error) return <Failure error={tokens.error} retry={tokens.refetch} />;
  return (
    <Page title={common("pages.myTokens")} about={t("tokensAbout")}>
      <Stack maw={560}>
        {tokens.data === undefined && <Loading />}
        {tokens.data?.items.map(({ idToken, status, note }) => (
          <Paper key={idToken} withBorder p="sm">
            <Group justify="space-between">
              <div>
                <Group gap="xs">
                  <Text fw={600}>{idToken}</Text>
                  <Status value={status} />
                </Group>
                <Text size="sm" c="dimmed">
                  {note}
                </Text>
              </div>
              {status === "accepted" && (
                <Button size="xs" variant="default" onClick={() => giveUp(idToken)}>
                  {t("giveUp")}
                </Button>
              )}
            </Group>
          </Paper>
        ))}
        <form onSubmit={add}>
          <Stack gap="sm">
            <TextInput label={t("token")} description={t("tokenAbout")} {...form.getInputProps("idToken")} />
            <TextInput label={t("note")} {...form.getInputProps("note")} />
            <Button type="submit" loading={change.isBusy} style={{ alignSelf: "flex-start" }}>
              {t("add")}
            </Button>
          </Stack>
        </form>
      </Stack>
    </Page>
  );
}
