// Keeps a place for somebody; the charger has the last word.
import { NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { invalidate } from "../../api/queries";
import { ChargePointInput } from "../../ui/charge-point-input";
import { numberOf, textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { MomentInput } from "../../ui/moment-input";
import { notifyDone } from "../../ui/notify";

const HOUR_MS = 3_600_000;
/** How long the charger's answer is waited for. */
const ANSWER_WITHIN_S = 30;

export function ReservationForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("charging");
  const { t: common } = useTranslation();
  const form = useForm({
    initialValues: {
      chargePointId: "",
      evseId: "" as number | string,
      idToken: "",
      groupId: "",
      expiresAt: new Date(Date.now() + HOUR_MS).toISOString(),
    },
    validate: { expiresAt: (at) => (at === "" ? common("needed") : null) },
  });
  const submission = useSubmit(form, async ({ chargePointId, evseId, idToken, groupId, expiresAt }) => {
    const { data } = await api.POST("/api/reservations", {
      body: {
        chargePointId,
        evseId: numberOf(evseId),
        idToken,
        groupId: textOf(groupId),
        expiresAt,
        wait: ANSWER_WITHIN_S,
      },
    });
    await invalidate("/api/reservations");
    // 202: the charger did not answer in time, and may still do.
    notifyDone(data !== undefined && "action" in data ? t("noAnswerYet") : t("reserved"));
    onClose();
  });
  return (
    <FormDrawer title={t("newReservation")} action={t("reserve")} submission={submission} onClose={onClose}>
      <ChargePointInput label={t("chargePoint")} required {...form.getInputProps("chargePointId")} />
      <NumberInput
        label={t("connector")}
        description={t("anyAbout")}
        min={0}
        allowDecimal={false}
        {...form.getInputProps("evseId")}
      />
      <TextInput label={t("idToken")} required {...form.getInputProps("idToken")} />
      <TextInput label={t("group")} {...form.getInputProps("groupId")} />
      <MomentInput label={t("until")} required {...form.getInputProps("expiresAt")} />
    </FormDrawer>
  );
}
