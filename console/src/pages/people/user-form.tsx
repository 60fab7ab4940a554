// One user, new or changed. Without a new password the old one stays.
import { PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/notify";
import { ROLES } from "./roles";

interface UserFormProps {
  /** undefined: a new one. */
  known?: Schemas["User"];
  onClose: () => void;
}

export function UserForm({ known, onClose }: UserFormProps) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const form = useForm({
    initialValues: {
      username: known?.username ?? "",
      password: "",
      role: known?.role ?? ("driver" as const),
      name: known?.name ?? "",
      email: known?.email ?? "",
      active: known?.active ?? true,
    },
  });
  const submission = useSubmit(form, async ({ username, password, role, name, email, active }) => {
    const body = { role, active, name: textOf(name) ?? null, email: textOf(email) ?? null };
    if (known === undefined) await api.POST("/api/users", { body: { username, password, ...body } });
    else {
      const path = { id: known.id };
      await api.PATCH("/api/users/{id}", { params: { path }, body: { ...body, password: textOf(password) } });
    }
    await invalidate("/api/users");
    notifyDone(common("saved"));
    onClose();
  });
  return (
    <FormDrawer title={known?.username ?? t("newUser")} submission={submission} onClose={onClose}>
      {known === undefined && (
        <TextInput
          label={common("username")}
          required
          data-autofocus
          autoComplete="off"
          {...form.getInputProps("username")}
        />
      )}
      <PasswordInput
        label={known === undefined ? common("password") : t("newPassword")}
        description={t("passwordAbout")}
        required={known === undefined}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
      <Select
        label={t("role")}
        description={t("roleAbout")}
        data={ROLES.map((role) => ({ value: role, label: common(`roles.${role}`) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <TextInput label={t("name")} {...form.getInputProps("name")} />
      <TextInput label={t("email")} type="email" {...form.getInputProps("email")} />
      <Switch label={t("maySignIn")} {...form.getInputProps("active", { type: "checkbox" })} />
    </FormDrawer>
  );
}
