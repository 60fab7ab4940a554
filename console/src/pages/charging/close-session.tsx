// Ends a session in our books by hand, with a reason: for one whose charger will never end it. It stops no charger.
import { Button, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { invalidate } from "../../api/queries";
import { useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/notify";

export function CloseSession({ id }: { id: string }) {
  const { t } = useTranslation("charging");
  const [isOpen, setOpen] = useState(false);
  const form = useForm({ initialValues: { reason: "" } });
  const submission = useSubmit(form, async (body) => {
    await api.POST("/api/transactions/{id}/close", { params: { path: { id } }, body });
    await invalidate("/api/transactions");
    notifyDone(t("closed"));
    setOpen(false);
  });
  return (
    <>
      <Button size="xs" variant="light" color="red" onClick={() => setOpen(true)}>
        {t("close")}
      </Button>
      {isOpen && (
        <FormDrawer title={t("close")} action={t("close")} submission={submission} onClose={() => setOpen(false)}>
          <Text size="sm">{t("closeAbout")}</Text>
          <Textarea
            label={t("reason")}
            required
            autosize
            minRows={2}
            data-autofocus
            {...form.getInputProps("reason")}
          />
        </FormDrawer>
      )}
    </>
  );
}
