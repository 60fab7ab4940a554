// How the charger is registered and treated: what operators decide about it.
import { Button, Card, Group, NumberInput, Select, SimpleGrid, Stack, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../../api/client";
import { useMay } from "../../../api/me";
import { ApiProblem } from "../../../api/problem";
import { invalidate } from "../../../api/queries";
import { notifyDone, notifyFailure } from "../../../ui/notify";
import type { PartProps } from "../tabs";
import { Remove } from "./remove";
import { TuningFields } from "./tuning-fields";

export type Settings = Pick<
  Schemas["ChargePoint"],
  | "registration"
  | "securityProfile"
  | "username"
  | "pinnedVersion"
  | "policy"
  | "heartbeatInterval"
  | "fileTransfer"
  | "note"
  | "tuning"
>;

const settingsOf = (charger: PartProps["charger"]): Settings => ({
  registration: charger.registration,
  securityProfile: charger.securityProfile,
  username: charger.username,
  pinnedVersion: charger.pinnedVersion,
  policy: charger.policy,
  heartbeatInterval: charger.heartbeatInterval,
  fileTransfer: charger.fileTransfer,
  note: charger.note,
  tuning: charger.tuning,
});

const REGISTRATIONS = ["accepted", "pending", "rejected"] as const;
const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const TRANSFERS = ["http", "ftp"] as const;

export default function SettingsPart({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const isOperator = useMay("operator");
  const form = useForm<Settings>({ initialValues: settingsOf(charger) });
  const save = useMutation({
    mutationFn: (body: Settings) =>
      api.PATCH("/api/charge-points/{id}", { params: { path: { id: charger.id } }, body }),
    onSuccess({ data }) {
      form.resetDirty();
      if (data !== undefined) notifyDone(t("settings.saved"));
    },
    onError(error) {
      if (error instanceof ApiProblem) form.setErrors(error.fieldErrors);
      notifyFailure(error, t("settings.notSaved"));
    },
    onSettled: () => invalidate("/api/charge-points"),
  });
  const field = (name: keyof Settings) => ({
    label: t(`settings.${name}`),
    description: t(`settings.about.${name}`),
    disabled: !isOperator,
    inputWrapperOrder: ["label" as const, "input" as const, "description" as const, "error" as const],
    ...form.getInputProps(name),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="md" maw={960}>
        <Card withBorder padding="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Select
              {...field("registration")}
              allowDeselect={false}
              data={REGISTRATIONS.map((value) => ({ value, label: t(`settings.registrations.${value}`) }))}
            />
            <Select {...field("policy")} allowDeselect={false} data={["tolerant", "strict"]} />
            <Select {...field("pinnedVersion")} clearable placeholder={t("settings.any")} data={VERSIONS} />
            <NumberInput
              {...field("heartbeatInterval")}
              value={form.values.heartbeatInterval ?? ""}
              onChange={(value) => form.setFieldValue("heartbeatInterval", typeof value === "number" ? value : null)}
              placeholder={t("settings.byDefault")}
              min={1}
              max={86_400}
            />
            <Select {...field("fileTransfer")} clearable placeholder={t("settings.any")} data={TRANSFERS} />
            <TextInput
              {...field("username")}
              value={form.values.username ?? ""}
              onChange={({ currentTarget }) => form.setFieldValue("username", currentTarget.value || null)}
              placeholder={charger.id}
            />
            <NumberInput {...field("securityProfile")} min={0} max={3} allowDecimal={false} />
            <Textarea
              {...field("note")}
              autosize
              value={form.values.note ?? ""}
              onChange={({ currentTarget }) => form.setFieldValue("note", currentTarget.value || null)}
            />
          </SimpleGrid>
        </Card>
        <Card withBorder padding="md">
          <Title order={2} mb="sm">
            {t("settings.tuning")}
          </Title>
          <TuningFields form={form} isDisabled={!isOperator} />
        </Card>
        {isOperator && (
          <Group justify="space-between">
            <Remove charger={charger} />
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {common("save")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
