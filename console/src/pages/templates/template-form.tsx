// Makes, changes and deletes a template. Settings are lines of text: `Key = value` for OCPP 1.6,
// `Component.Variable = value` for the device model.
import { Button, Group, Switch, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { invalidate } from "../../api/queries";
import { ask } from "../../ui/confirm";
import { FormModal } from "../../ui/form-modal";
import { useChange } from "../../ui/mutate";
import { readKeys, readVariables, writeKeys, writeVariables } from "./lines";

type Template = Schemas["ConfigurationTemplate"];

export function TemplateForm({ template, onClose }: { template: Template | undefined; onClose: () => void }) {
  const { t } = useTranslation("templates");
  const mayChange = useMay("operator");
  const form = useForm({
    initialValues: {
      name: template?.name ?? "",
      vendor: template?.vendor ?? "",
      model: template?.model ?? "",
      onBoot: template?.onBoot ?? false,
      keys: writeKeys(template?.configuration ?? []),
      variables: writeVariables(template?.variables ?? []),
      note: template?.note ?? "",
    },
    validate: {
      keys: (text) => (readKeys(text) === undefined ? t("badLine") : null),
      variables: (text) => (readVariables(text) === undefined ? t("badVariable") : null),
    },
  });
  const submit = async ({ name, vendor, model, onBoot, keys, variables, note }: typeof form.values): Promise<void> => {
    const body = {
      name,
      vendor: vendor || null,
      model: model || null,
      onBoot,
      configuration: readKeys(keys) ?? [],
      variables: readVariables(variables) ?? [],
      note: note || null,
    };
    if (template === undefined) await api.POST("/api/configuration-templates", { body });
    else {
      const params = { path: { templateId: template.id } };
      await api.PATCH("/api/configuration-templates/{templateId}", { params, body });
    }
    await invalidate("/api/configuration-templates");
  };
  return (
    <FormModal title={template?.name ?? t("new")} form={form} onSubmit={submit} onClose={onClose} isOpen>
      <TextInput label={t("name")} required {...form.getInputProps("name")} />
      <Group grow>
        <TextInput label={t("vendor")} {...form.getInputProps("vendor")} />
        <TextInput label={t("model")} {...form.getInputProps("model")} />
      </Group>
      <Switch label={t("onBootAbout")} {...form.getInputProps("onBoot", { type: "checkbox" })} />
      <Textarea label={t("keys")} description={t("keysAbout")} autosize minRows={4} {...form.getInputProps("keys")} />
      <Textarea
        label={t("variables")}
        description={t("variablesAbout")}
        autosize
        minRows={4}
        {...form.getInputProps("variables")}
      />
      <TextInput label={t("note")} {...form.getInputProps("note")} />
      {template !== undefined && mayChange && <Delete template={template} onDone={onClose} />}
    </FormModal>
  );
}

function Delete({ template: { id, name }, onDone }: { template: Template; onDone: () => void }) {
  const { t } = useTranslation("templates");
  const { t: common } = useTranslation();
  const removal = useChange({ stale: ["/api/configuration-templates"] });
  const params = { path: { templateId: id } };
  const remove = (): void =>
    ask({
      title: t("deleteTitle"),
      body: t("deleteBody", { name }),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () =>
        void removal
          .run(() => api.DELETE("/api/configuration-templates/{templateId}", { params }))
          .then((isDone) => isDone && onDone()),
    });
  return (
    <Button variant="subtle" color="red" size="xs" onClick={remove} style={{ alignSelf: "flex-start" }}>
      {common("delete")}
    </Button>
  );
}
