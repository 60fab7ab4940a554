// Sets a new password by the link of a mail.
import { PasswordInput, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Card, linkToken } from "./account";
import { AccountForm } from "./account-form";

export function NewPassword() {
  const { t } = useTranslation("account");
  const [token] = useState(linkToken);
  const form = useForm({ initialValues: { password: "" } });
  return (
    <Card title={t("newPasswordTitle")}>
      {token === undefined ? (
        <Text>{t("brokenLink")}</Text>
      ) : (
        <AccountForm
          form={form}
          onSubmit={({ password }) => api.POST("/api/account/password-reset/confirm", { body: { token, password } })}
          submit={t("setPassword")}
          done={t("passwordSet")}
        >
          <PasswordInput
            label={t("newPassword")}
            autoComplete="new-password"
            required
            {...form.getInputProps("password")}
          />
        </AccountForm>
      )}
    </Card>
  );
}
