// What I may change of myself, and where I am signed in.
import { Badge, Button, Fieldset, Group, PasswordInput, SimpleGrid, Stack, Table, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMe } from "../../api/me";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { Ago } from "../../ui/time";

export default function Profile() {
  const { t: common } = useTranslation();
  const me = useMe();
  if (me.data === undefined) return me.error ? <Failure error={me.error} retry={me.refetch} /> : <Loading />;
  return (
    <Page title={common("pages.profile")} about={me.data.username}>
      <Stack maw={720}>
        <Details user={me.data} />
        <Password />
        <Sessions />
      </Stack>
    </Page>
  );
}

const FIELDS = ["firstName", "lastName", "phone", "timeZone"] as const;

function Details({ user }: { user: Schemas["User"] }) {
  const { t } = useTranslation("profile");
  const { t: common } = useTranslation();
  const change = useChange({ done: t("saved"), stale: ["/api/users/me"] });
  const form = useForm({
    initialValues: {
      firstName: user.firstName ?? "",
      lastName: user.lastName ?? "",
      phone: user.phone ?? "",
      timeZone: user.timeZone ?? "",
    },
  });
  const save = form.onSubmit((values) => {
    const body = Object.fromEntries(FIELDS.map((name) => [name, values[name] || null]));
    return change.run(() => api.PATCH("/api/users/me", { body }));
  });
  return (
    <form onSubmit={save}>
      <Fieldset legend={t("details")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {FIELDS.map((name) => (
            <TextInput key={name} label={t(name)} {...form.getInputProps(name)} />
          ))}
        </SimpleGrid>
        <Group justify="space-between" mt="md">
          <Group gap="xs">
            {user.email ?? t("noEmail")}
            {user.email !== null && (
              <Badge color={user.emailVerified ? "green" : "yellow"} variant="light" tt="none">
                {t(user.emailVerified ? "proven" : "unproven")}
              </Badge>
            )}
          </Group>
          <Button type="submit" loading={change.isBusy}>
            {common("save")}
          </Button>
        </Group>
      </Fieldset>
    </form>
  );
}

function Password() {
  const { t } = useTranslation("profile");
  const change = useChange({ done: t("passwordChanged"), stale: [] });
  const form = useForm({ initialValues: { currentPassword: "", password: "" } });
  const save = form.onSubmit(async (body) => {
    if (await change.run(() => api.PATCH("/api/users/me", { body }))) form.reset();
  });
  return (
    <form onSubmit={save}>
      <Fieldset legend={t("password")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <PasswordInput
            label={t("currentPassword")}
            autoComplete="current-password"
            {...form.getInputProps("currentPassword")}
          />
          <PasswordInput label={t("newPassword")} autoComplete="new-password" {...form.getInputProps("password")} />
        </SimpleGrid>
        <Group justify="flex-end" mt="md">
          <Button type="submit" variant="default" loading={change.isBusy}>
            {t("changePassword")}
          </Button>
        </Group>
      </Fieldset>
    </form>
  );
}

function Sessions() {
  const { t } = useTranslation("profile");
  const sessions = $api.useQuery("get", "/api/users/me/sessions");
  const change = useChange({ stale: ["/api/users/me/sessions"] });
  if (sessions.data === undefined) {
    return sessions.error ? <Failure error={sessions.error} retry={sessions.refetch} /> : <Loading />;
  }
  return (
    <Fieldset legend={t("sessions")}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("where")}</Table.Th>
            <Table.Th>{t("lastUsed")}</Table.Th>
            <Table.Th>{t("leave")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.data.items.map(({ id, current, userAgent, address, lastUsedAt }) => (
            <Table.Tr key={id}>
              <Table.Td>{[userAgent?.slice(0, 60), address].filter(Boolean).join(" · ") || t("unknownPlace")}</Table.Td>
              <Table.Td>
                <Ago at={lastUsedAt} />
              </Table.Td>
              <Table.Td>
                {current ? (
                  t("here")
                ) : (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() =>
                      void change.run(() => api.DELETE("/api/users/me/sessions/{id}", { params: { path: { id } } }))
                    }
                  >
                    {t("signOut")}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Fieldset>
  );
}
