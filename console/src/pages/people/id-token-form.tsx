// One id token, new or changed.
import { Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { MomentInput } from "../../ui/moment-input";
import { notifyDone } from "../../ui/notify";
import { UserInput } from "./user-input";

type IdToken = Schemas["IdToken"];

const STATUSES: IdToken["status"][] = ["accepted", "blocked"];
const TYPES: NonNullable<IdToken["type"]>[] = [
  ...(["Central", "DirectPayment", "eMAID", "EVCCID", "ISO14443", "ISO15693"] as const),
  ...(["KeyCode", "Local", "MacAddress", "VIN"] as const),
];

interface IdTokenFormProps {
  /** undefined: a new one. */
  known: IdToken | undefined;
  onClose: () => void;
}

export function IdTokenForm({ known, onClose }: IdTokenFormProps) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const form = useForm({
    initialValues: {
      idToken: known?.idToken ?? "",
      status: known?.status ?? ("accepted" as const),
      type: known?.type ?? null,
      expiresAt: known?.expiresAt ?? "",
      groupId: known?.groupId ?? "",
      userId: known?.userId ?? "",
      personalMessage: known?.personalMessage ?? "",
      language: known?.language ?? "",
      note: known?.note ?? "",
    },
  });
  const submission = useSubmit(form, async ({ idToken, status, type, ...texts }) => {
    const body = {
      status,
      type,
      expiresAt: textOf(texts.expiresAt) ?? null,
      groupId: textOf(texts.groupId) ?? null,
      userId: textOf(texts.userId) ?? null,
      personalMessage: textOf(texts.personalMessage) ?? null,
      language: textOf(texts.language) ?? null,
      note: textOf(texts.note) ?? null,
    };
    if (known === undefined) await api.POST("/api/id-tokens", { body: { idToken: idToken.trim(), ...body } });
    else await api.PATCH("/api/id-tokens/{idToken}", { params: { path: { idToken: known.idToken } }, body });
    await invalidate("/api/id-tokens");
    notifyDone(common("saved"));
    onClose();
  });
  return (
    <FormDrawer title={known?.idToken ?? t("newIdToken")} submission={submission} onClose={onClose}>
      {known === undefined && (
        <TextInput label={t("idToken")} required data-autofocus {...form.getInputProps("idToken")} />
      )}
      <Select label={t("status")} data={STATUSES} allowDeselect={false} {...form.getInputProps("status")} />
      <UserInput label={t("owner")} {...form.getInputProps("userId")} />
      <TextInput label={t("group")} description={t("groupAbout")} {...form.getInputProps("groupId")} />
      <Select label={t("type")} description={t("typeAbout")} data={TYPES} clearable {...form.getInputProps("type")} />
      <MomentInput label={t("expires")} description={t("expiresAbout")} {...form.getInputProps("expiresAt")} />
      <TextInput
        label={t("personalMessage")}
        description={t("personalMessageAbout")}
        {...form.getInputProps("personalMessage")}
      />
      <TextInput label={t("language")} placeholder="el" {...form.getInputProps("language")} />
      <Textarea label={t("note")} autosize minRows={2} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}
