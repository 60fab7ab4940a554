// Makes or changes a webhook. A new one's secret is shown once.
import { Switch, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { FormModal } from "../../ui/form-modal";
import { Secret } from "../../ui/secret";

export function WebhookForm({ webhook, onClose }: { webhook?: Schemas["Webhook"]; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const form = useForm({
    initialValues: {
      url: webhook?.url ?? "",
      description: webhook?.description ?? "",
      types: webhook?.types ?? [],
      chargePointIds: webhook?.chargePointIds ?? [],
      active: webhook?.active ?? true,
    },
  });
  const submit = async ({ description, types, chargePointIds, ...rest }: typeof form.values): Promise<void> => {
    const body = {
      ...rest,
      description: description || null,
      types: types.length > 0 ? types : null,
      chargePointIds: chargePointIds.length > 0 ? chargePointIds : null,
    };
    if (webhook === undefined) {
      const { data } = await api.POST("/api/webhooks", { body });
      if (data !== undefined) showSecret(t("secret"), t("secretAbout"), data.secret);
    } else {
      await api.PATCH("/api/webhooks/{id}", { params: { path: { id: webhook.id } }, body });
    }
    await invalidate("/api/webhooks");
  };
  return (
    <FormModal title={t(webhook ? "change" : "new")} form={form} onSubmit={submit} onClose={onClose} isOpen>
      <TextInput label={t("url")} type="url" required placeholder="https://" {...form.getInputProps("url")} />
      <TextInput label={t("description")} {...form.getInputProps("description")} />
      <TagsInput label={t("types")} description={t("typesAbout")} {...form.getInputProps("types")} />
      <TagsInput label={t("chargers")} description={t("chargersAbout")} {...form.getInputProps("chargePointIds")} />
      <Switch label={t("isActive")} {...form.getInputProps("active", { type: "checkbox" })} />
    </FormModal>
  );
}

export function showSecret(title: string, about: string, secret: string): void {
  modals.open({ title, children: <Secret value={secret} about={about} /> });
}
