// A new API key. What was made is shown instead of the form: it cannot be read later.
import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { MomentInput } from "../../ui/moment-input";
import { Secret } from "../../ui/secret";

const ROLES: Schemas["NewApiKey"]["role"][] = ["admin", "operator", "viewer"];

export function ApiKeyForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const [key, setKey] = useState<string>();
  const form = useForm({ initialValues: { name: "", role: "viewer" as const, expiresAt: "" } });
  const submission = useSubmit(form, async ({ name, role, expiresAt }) => {
    if (key !== undefined) return onClose();
    const { data } = await api.POST("/api/api-keys", { body: { name, role, expiresAt: textOf(expiresAt) } });
    setKey(data?.key);
    await invalidate("/api/api-keys");
  });
  if (key !== undefined)
    return (
      <FormDrawer title={form.values.name} submission={submission} onClose={onClose} action={t("noted")}>
        <Secret value={key} about={t("keyAbout")} />
      </FormDrawer>
    );
  return (
    <FormDrawer title={t("newApiKey")} submission={submission} onClose={onClose}>
      <TextInput label={t("name")} description={t("keyName")} required data-autofocus {...form.getInputProps("name")} />
      <Select
        label={t("role")}
        data={ROLES.map((role) => ({ value: role, label: common(`roles.${role}`) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <MomentInput label={t("expires")} description={t("expiresAbout")} {...form.getInputProps("expiresAt")} />
    </FormDrawer>
  );
}
