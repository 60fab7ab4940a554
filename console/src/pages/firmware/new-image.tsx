// Registers an uploaded file as a firmware image.
import { Group, Select, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, api } from "../../api/client";
import { invalidate } from "../../api/queries";
import { FormModal } from "../../ui/form-modal";
import { UploadButton } from "../files/upload-button";

const EMPTY = { fileId: "", version: "", vendor: "", model: "", signature: "", signingCertificate: "", note: "" };

export function NewImage({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("firmware");
  const { t: common } = useTranslation();
  const query = { kind: "firmware", limit: 100 } as const;
  const files = $api.useQuery("get", "/api/files", { params: { query } });
  const needed = (value: string): string | null => (value === "" ? common("needed") : null);
  const form = useForm({ initialValues: EMPTY, validate: { fileId: needed, version: needed } });
  const submit = async ({ fileId, version, ...rest }: typeof EMPTY): Promise<void> => {
    // What was left empty is not said.
    const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
    await api.POST("/api/firmware", { body: { fileId, version, ...said } });
    await invalidate("/api/firmware");
  };
  return (
    <FormModal title={t("register")} form={form} onSubmit={submit} onClose={onClose} isOpen submit={t("register")}>
      <Group align="flex-end" wrap="nowrap">
        <Select
          flex={1}
          label={t("file")}
          required
          placeholder={t("chooseFile")}
          data={(files.data?.items ?? []).map(({ id, path }) => ({ value: id, label: path }))}
          {...form.getInputProps("fileId")}
        />
        <UploadButton
          kind="firmware"
          label={t("uploadFile")}
          onDone={({ id }) => void files.refetch().then(() => form.setFieldValue("fileId", id))}
        />
      </Group>
      <TextInput label={t("version")} description={t("versionAbout")} required {...form.getInputProps("version")} />
      <Group grow>
        <TextInput label={t("vendor")} {...form.getInputProps("vendor")} />
        <TextInput label={t("model")} {...form.getInputProps("model")} />
      </Group>
      <Text size="sm" c="dimmed">
        {t("signatureAbout")}
      </Text>
      <TextInput label={t("signature")} {...form.getInputProps("signature")} />
      <Textarea label={t("signingCertificate")} autosize minRows={2} {...form.getInputProps("signingCertificate")} />
      <TextInput label={t("note")} {...form.getInputProps("note")} />
    </FormModal>
  );
}
