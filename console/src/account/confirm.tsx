// Proves an address: by a press, not by opening the page, because mail programs open links by themselves.
import { Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { Card, linkToken } from "./account";
import { AccountForm } from "./account-form";

export function Confirm() {
  const { t } = useTranslation("account");
  const [token] = useState(linkToken);
  const form = useForm({ initialValues: {} });
  return (
    <Card title={t("confirmTitle")}>
      {token === undefined ? (
        <Text>{t("brokenLink")}</Text>
      ) : (
        <AccountForm
          form={form}
          onSubmit={() => api.POST("/api/account/confirm", { body: { token } })}
          submit={t("confirm")}
          done={t("confirmed")}
        >
          <Text size="sm">{t("confirmAbout")}</Text>
        </AccountForm>
      )}
    </Card>
  );
}
