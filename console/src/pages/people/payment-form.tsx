// A payment, a refund or a correction of a user's account.
import { NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { invalidate } from "../../api/queries";
import { needed, numberOf, textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/notify";

export function PaymentForm({ userId, onClose }: { userId: string; onClose: () => void }) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  // Sent again after a failure that nobody understands, it still counts once.
  const [own] = useState(() => crypto.randomUUID());
  const form = useForm({
    initialValues: { amount: "" as number | string, currency: "EUR", note: "", reference: "" },
    validate: { amount: needed(common("needed")) },
  });
  const submission = useSubmit(form, async ({ amount, currency, note, reference }) => {
    await api.POST("/api/users/{id}/credit", {
      params: { path: { id: userId } },
      body: {
        amount: numberOf(amount) ?? 0,
        currency: currency.trim().toUpperCase(),
        note: textOf(note),
        reference: textOf(reference) ?? own,
      },
    });
    await invalidate("/api/users/{id}/credit");
    notifyDone(common("saved"));
    onClose();
  });
  return (
    <FormDrawer title={t("payment")} submission={submission} onClose={onClose}>
      <NumberInput
        label={t("amount")}
        description={t("amountAbout")}
        required
        decimalScale={2}
        data-autofocus
        {...form.getInputProps("amount")}
      />
      <TextInput label={t("currency")} required maxLength={3} {...form.getInputProps("currency")} />
      <TextInput label={t("note")} {...form.getInputProps("note")} />
      <TextInput label={t("reference")} description={t("referenceAbout")} {...form.getInputProps("reference")} />
    </FormDrawer>
  );
}
