// Registers a charger, with a password of its own unless it shall come without; then shows it once.
import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { invalidate } from "../../api/queries";
import { showCredentials } from "../../ui/credentials";
import { Failure } from "../../ui/failure";
import { notifyDone } from "../../ui/notify";

interface Entry {
  id: string;
  /** Whether it must prove who it is. */
  door: "password" | "open";
  note: string;
}

interface RegisterDialogProps {
  /** Of the charger that knocked; nothing: to be typed. */
  identity?: string;
  onClose: () => void;
}

export function RegisterDialog({ identity = "", onClose }: RegisterDialogProps) {
  const { t } = useTranslation("charge-points");
  const { t: common } = useTranslation();
  const form = useForm<Entry>({
    initialValues: { id: identity, door: "password", note: "" },
    validate: { id: (value) => (value === "" ? common("needed") : null) },
  });
  const register = useMutation({
    mutationFn: create,
    onSuccess(credentials, { id }) {
      onClose();
      if (credentials === undefined) notifyDone(t("registered", { id }));
      else showCredentials({ identity: id, ...credentials });
    },
    onError: (error) => error instanceof ApiProblem && form.setErrors(error.fieldErrors),
    onSettled: () => invalidate("/api/charge-points", "/api/connection-attempts"),
  });
  return (
    <Modal opened onClose={onClose} title={t("register")} closeButtonProps={{ "aria-label": common("cancel") }}>
      <form onSubmit={form.onSubmit((entry) => register.mutate(entry))}>
        <Stack gap="sm">
          <TextInput label={t("id")} description={t("idAbout")} required {...form.getInputProps("id")} />
          <SegmentedControl
            aria-label={t("door")}
            data={[
              { value: "password", label: t("withPassword") },
              { value: "open", label: t("withoutPassword") },
            ]}
            value={form.values.door}
            onChange={(door) => form.setFieldValue("door", door === "open" ? "open" : "password")}
          />
          <Text size="sm" c="dimmed">
            {t(form.values.door === "open" ? "withoutPasswordAbout" : "withPasswordAbout")}
          </Text>
          <TextInput label={t("note")} {...form.getInputProps("note")} />
          {register.error && <Failure error={register.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={register.isPending}>
              {t("register")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

async function create({ id, door, note }: Entry) {
  const body = { id, securityProfile: door === "open" ? 0 : 1, ...(note !== "" && { note }) };
  await api.POST("/api/charge-points", { body });
  if (door === "open") return undefined;
  const { data } = await api.POST("/api/charge-points/{id}/credentials", { params: { path: { id } } });
  return data;
}
