// Asks for a link to a new password. The answer is the same whether the address is known or not.
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Card } from "./account";
import { AccountForm } from "./account-form";

export function Forgotten() {
  const { t } = useTranslation("account");
  const form = useForm({ initialValues: { email: "" } });
  return (
    <Card title={t("forgottenTitle")}>
      <AccountForm
        form={form}
        onSubmit={(body) => api.POST("/api/account/password-reset", { body })}
        submit={t("sendLink")}
        done={t("linkSent")}
      >
        <TextInput label={t("email")} type="email" autoComplete="email" required {...form.getInputProps("email")} />
      </AccountForm>
    </Card>
  );
}
