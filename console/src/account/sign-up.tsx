// A new account: by an invitation, or by everybody where the deployment lets them.
import { PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api } from "../api/client";
import { Loading } from "../ui/loading";
import { Card, linkToken } from "./account";
import { AccountForm } from "./account-form";

export function SignUp() {
  const { t } = useTranslation("account");
  const [token] = useState(linkToken);
  const policy = $api.useQuery("get", "/api/account");
  if (policy.data === undefined) return <Loading />;
  const mayCome = token !== undefined || policy.data.signUp === "open";
  return <Card title={t("signUpTitle")}>{mayCome ? <Fields token={token} /> : <Text>{t("signUpClosed")}</Text>}</Card>;
}

function Fields({ token }: { token: string | undefined }) {
  const { t, i18n } = useTranslation("account");
  const form = useForm({ initialValues: { email: "", password: "", firstName: "", lastName: "" } });
  const submit = ({ email, password, firstName, lastName }: typeof form.values) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const profile = { firstName: firstName || null, lastName: lastName || null, language: i18n.language, timeZone };
    return token === undefined
      ? api.POST("/api/account/sign-up", { body: { email, password, ...profile } })
      : api.POST("/api/account/accept-invitation", { body: { token, password, ...profile } });
  };
  return (
    <AccountForm
      form={form}
      onSubmit={submit}
      submit={t("signUp")}
      done={t(token === undefined ? "signedUp" : "accepted")}
    >
      {token === undefined && (
        <TextInput label={t("email")} type="email" autoComplete="email" required {...form.getInputProps("email")} />
      )}
      <PasswordInput label={t("password")} autoComplete="new-password" required {...form.getInputProps("password")} />
      <TextInput label={t("firstName")} autoComplete="given-name" {...form.getInputProps("firstName")} />
      <TextInput label={t("lastName")} autoComplete="family-name" {...form.getInputProps("lastName")} />
    </AccountForm>
  );
}
